-- A tenant's standing invoices never exceed what was received for charges: money in and out of its entries, less what of it
-- is held as deposit. Judged at commit, one tenant at a time.
CREATE FUNCTION billing_invoices_fit() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    invoiced numeric; received numeric;
BEGIN
    PERFORM 1 FROM tenants_tenant WHERE id = NEW.tenant_id FOR NO KEY UPDATE;
    SELECT coalesce(sum(amount), 0) INTO invoiced FROM billing_invoice WHERE tenant_id = NEW.tenant_id AND state IN ('REQUESTED', 'ISSUED');
    IF invoiced = 0 THEN
        RETURN NULL;
    END IF;
    SELECT coalesce(sum(p.amount), 0) INTO received FROM billing_posting p
        JOIN billing_entry e ON e.id = p.entry_id JOIN billing_account a ON a.id = p.account_id
        WHERE e.tenant_id = NEW.tenant_id AND a.kind IN ('MONEY', 'DEPOSIT');
    IF invoiced > received THEN
        RAISE EXCEPTION 'tenant % is invoiced % but only % was received', NEW.tenant_id, invoiced, received USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER invoices_fit AFTER INSERT OR UPDATE ON billing_invoice DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_invoices_fit();
CREATE CONSTRAINT TRIGGER invoices_fit AFTER INSERT ON billing_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.kind IN ('REVERSAL', 'REFUND')) EXECUTE FUNCTION billing_invoices_fit();

-- What a count covers is written with it and never changed; what it expected never changes either.
CREATE FUNCTION billing_count_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.expected <> OLD.expected OR NEW.cashier_id <> OLD.cashier_id OR NEW.counted_on <> OLD.counted_on
       OR OLD.state IN ('HANDED_OVER', 'ACCEPTED') AND (NEW.counted <> OLD.counted OR NEW.pieces <> OLD.pieces) THEN
        RAISE EXCEPTION 'a cash count that is handed over is not changed' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER count_is_kept BEFORE UPDATE ON billing_cashcount FOR EACH ROW EXECUTE FUNCTION billing_count_is_kept();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_cashcount FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON billing_cashcountline FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER never_deleted BEFORE DELETE ON billing_invoice FOR EACH ROW EXECUTE FUNCTION billing_refuse();
