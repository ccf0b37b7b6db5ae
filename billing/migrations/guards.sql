-- The books judged by the database. Refusals carry SQLSTATE 23514 (check_violation), so that the application sees an IntegrityError.

CREATE FUNCTION billing_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is insert-only: correct it by a reversal', TG_TABLE_NAME USING ERRCODE = 'check_violation';
END $$;

-- An entry -----------------------------------------------------------------------------------------------------------

-- Books the entry in its month, which must be open. Closing waits for entries under way (FOR SHARE), and they for it.
CREATE FUNCTION billing_entry_begins() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    first_day date := date_trunc('month', NEW.booked_on)::date;
    closed timestamptz;
BEGIN
    INSERT INTO billing_period (created_at, building_id, month) VALUES (now(), NEW.building_id, first_day) ON CONFLICT DO NOTHING;
    SELECT closed_at INTO closed FROM billing_period WHERE building_id = NEW.building_id AND month = first_day FOR SHARE;
    IF closed IS NOT NULL OR EXISTS (
        SELECT 1 FROM billing_period WHERE building_id = NEW.building_id AND month > first_day AND closed_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'the month % is closed', to_char(first_day, 'YYYY-MM') USING ERRCODE = 'check_violation';
    END IF;
    NEW.txid := pg_current_xact_id()::text::bigint;
    RETURN NEW;
END $$;
CREATE TRIGGER entry_begins BEFORE INSERT ON billing_entry FOR EACH ROW EXECUTE FUNCTION billing_entry_begins();

-- At commit: postings sum to zero, and receivables and deposits moved by exactly what the lines beside them say.
CREATE FUNCTION billing_entry_balances() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lines integer; total numeric; owed numeric; held numeric; strangers integer;
BEGIN
    SELECT count(*), coalesce(sum(p.amount), 0),
           coalesce(sum(p.amount) FILTER (WHERE a.kind = 'RECEIVABLE'), 0),
           coalesce(sum(p.amount) FILTER (WHERE a.kind = 'DEPOSIT'), 0),
           count(*) FILTER (WHERE a.building_id <> NEW.building_id OR a.tenant_id IS NOT NULL AND a.tenant_id IS DISTINCT FROM NEW.tenant_id)
    INTO lines, total, owed, held, strangers
    FROM billing_posting p JOIN billing_account a ON a.id = p.account_id WHERE p.entry_id = NEW.id;
    IF lines < 2 OR total <> 0 THEN
        RAISE EXCEPTION 'entry % has % postings and is off by %', NEW.id, lines, total USING ERRCODE = 'check_violation';
    END IF;
    SELECT strangers + (SELECT count(*) FROM billing_charge c WHERE c.entry_id = NEW.id AND (c.tenant_id IS DISTINCT FROM NEW.tenant_id OR c.building_id <> NEW.building_id))
         + (SELECT count(*) FROM billing_allocation l JOIN billing_charge c ON c.id = l.charge_id WHERE l.entry_id = NEW.id AND c.tenant_id IS DISTINCT FROM NEW.tenant_id)
         + (SELECT count(*) FROM billing_depositmove m JOIN billing_deposit d ON d.id = m.deposit_id WHERE m.entry_id = NEW.id AND d.tenant_id IS DISTINCT FROM NEW.tenant_id)
    INTO strangers;
    IF strangers > 0 THEN
        RAISE EXCEPTION 'entry % touches the money of another tenant or building', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    owed := owed - (SELECT coalesce(sum(amount), 0) FROM billing_charge WHERE entry_id = NEW.id)
                 + (SELECT coalesce(sum(amount), 0) FROM billing_allocation WHERE entry_id = NEW.id);
    held := held + (SELECT coalesce(sum(amount), 0) FROM billing_depositmove WHERE entry_id = NEW.id);
    IF owed <> 0 OR held <> 0 THEN
        RAISE EXCEPTION 'entry %: charges and allocations are off by %, deposit movements by %', NEW.id, owed, held USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.reverses_id IS NOT NULL AND EXISTS (
        SELECT 1 FROM billing_posting WHERE entry_id IN (NEW.id, NEW.reverses_id) GROUP BY account_id HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'entry % does not undo entry % exactly', NEW.id, NEW.reverses_id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON billing_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_entry_balances();

-- An entry is complete when its transaction ends: nothing is added to it afterwards, not even what balances.
CREATE FUNCTION billing_entry_is_open() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM fresh JOIN billing_entry e ON e.id = fresh.entry_id WHERE e.txid <> pg_current_xact_id()::text::bigint
    ) THEN
        RAISE EXCEPTION 'the entry is complete: write another one' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

-- Balances -----------------------------------------------------------------------------------------------------------

CREATE FUNCTION billing_post() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_account a SET balance = a.balance + f.amount
    FROM (SELECT account_id, sum(amount) AS amount FROM fresh GROUP BY account_id) f WHERE a.id = f.account_id;
    RETURN NULL;
END $$;

CREATE FUNCTION billing_allocate() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_charge c SET outstanding = c.outstanding - f.amount
    FROM (SELECT charge_id, sum(amount) AS amount FROM fresh GROUP BY charge_id) f WHERE c.id = f.charge_id;
    UPDATE billing_bill b SET outstanding = b.outstanding - f.amount
    FROM (SELECT c.bill_id, sum(fresh.amount) AS amount FROM fresh JOIN billing_charge c ON c.id = fresh.charge_id GROUP BY c.bill_id) f
    WHERE b.id = f.bill_id;
    RETURN NULL;
END $$;

CREATE FUNCTION billing_move_deposit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_deposit d SET held = d.held + f.amount, taken = d.taken + f.taken
    FROM (
        SELECT deposit_id, sum(amount) AS amount,
               coalesce(sum(amount) FILTER (WHERE kind IN ('TAKEN', 'MOVED_IN') OR kind = 'REVERSED' AND amount < 0), 0) AS taken
        FROM fresh GROUP BY deposit_id
    ) f WHERE d.id = f.deposit_id;
    RETURN NULL;
END $$;

-- What is kept by triggers is written by triggers alone: a statement of the application is at depth 1.
CREATE FUNCTION billing_account_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.balance <> 0 THEN
            RAISE EXCEPTION 'an account begins at zero' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF to_jsonb(NEW) - 'balance' <> to_jsonb(OLD) - 'balance' OR NEW.balance <> OLD.balance AND pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'balances follow postings alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_is_kept BEFORE INSERT OR UPDATE ON billing_account FOR EACH ROW EXECUTE FUNCTION billing_account_is_kept();

CREATE FUNCTION billing_charge_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['outstanding', 'bill_id', 'postponed_to'];
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.outstanding <> NEW.amount THEN
            RAISE EXCEPTION 'a charge begins unpaid' USING ERRCODE = 'check_violation';
        END IF;
    ELSIF to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose OR NEW.outstanding <> OLD.outstanding AND pg_trigger_depth() = 1 THEN
        RAISE EXCEPTION 'a charge is never edited: reverse it' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER charge_is_kept BEFORE INSERT OR UPDATE ON billing_charge FOR EACH ROW EXECUTE FUNCTION billing_charge_is_kept();

CREATE FUNCTION billing_add_to_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_bill b SET amount = b.amount + f.amount, outstanding = b.outstanding + f.amount
    FROM (SELECT bill_id, sum(amount) AS amount FROM fresh GROUP BY bill_id) f WHERE b.id = f.bill_id;
    RETURN NULL;
END $$;

CREATE FUNCTION billing_change_bill() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE billing_bill SET amount = amount - OLD.amount, outstanding = outstanding - OLD.outstanding WHERE id = OLD.bill_id;
    UPDATE billing_bill SET amount = amount + NEW.amount, outstanding = outstanding + NEW.outstanding WHERE id = NEW.bill_id;
    RETURN NULL;
END $$;
CREATE TRIGGER charge_changes_bill AFTER UPDATE OF bill_id ON billing_charge FOR EACH ROW
    WHEN (OLD.bill_id IS DISTINCT FROM NEW.bill_id) EXECUTE FUNCTION billing_change_bill();

CREATE FUNCTION billing_bill_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.amount <> 0 OR NEW.outstanding <> 0)
       OR TG_OP = 'UPDATE' AND pg_trigger_depth() = 1 AND (NEW.amount <> OLD.amount OR NEW.outstanding <> OLD.outstanding) THEN
        RAISE EXCEPTION 'a payment notice follows its charges alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER bill_is_kept BEFORE INSERT OR UPDATE ON billing_bill FOR EACH ROW EXECUTE FUNCTION billing_bill_is_kept();

CREATE FUNCTION billing_deposit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND (NEW.held <> 0 OR NEW.taken <> 0)
       OR TG_OP = 'UPDATE' AND pg_trigger_depth() = 1 AND (NEW.held <> OLD.held OR NEW.taken <> OLD.taken)
       OR TG_OP = 'UPDATE' AND (NEW.tenant_id <> OLD.tenant_id OR NEW.kind <> OLD.kind OR NEW.building_id <> OLD.building_id) THEN
        RAISE EXCEPTION 'a deposit follows its movements alone' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER deposit_is_kept BEFORE INSERT OR UPDATE ON billing_deposit FOR EACH ROW EXECUTE FUNCTION billing_deposit_is_kept();

-- Names order the triggers of one table: first whether the entry is still open, then the sums.
CREATE TRIGGER a_entry_is_open AFTER INSERT ON billing_posting REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_entry_is_open();
CREATE TRIGGER a_entry_is_open AFTER INSERT ON billing_charge REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_entry_is_open();
CREATE TRIGGER a_entry_is_open AFTER INSERT ON billing_allocation REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_entry_is_open();
CREATE TRIGGER a_entry_is_open AFTER INSERT ON billing_depositmove REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_entry_is_open();
CREATE TRIGGER b_post AFTER INSERT ON billing_posting REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_post();
CREATE TRIGGER b_add_to_bill AFTER INSERT ON billing_charge REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_add_to_bill();
CREATE TRIGGER b_allocate AFTER INSERT ON billing_allocation REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_allocate();
CREATE TRIGGER b_move_deposit AFTER INSERT ON billing_depositmove REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION billing_move_deposit();

-- Months -------------------------------------------------------------------------------------------------------------

CREATE FUNCTION billing_period_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL OR NEW.month <> OLD.month OR NEW.building_id <> OLD.building_id THEN
        RAISE EXCEPTION 'a closed month stays closed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER period_is_kept BEFORE UPDATE ON billing_period FOR EACH ROW EXECUTE FUNCTION billing_period_is_kept();

-- Nothing goes away --------------------------------------------------------------------------------------------------

CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON billing_entry FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON billing_posting FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON billing_allocation FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON billing_depositmove FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_account FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_charge FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_bill FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_deposit FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_receipt FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_period FOR EACH ROW EXECUTE FUNCTION billing_refuse();
