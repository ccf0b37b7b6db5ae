-- What receipts, refunds and waivers say is kept by the database: a receipt is written once and made void once, a refund pays
-- what was approved, a waiver gives up what was signed for.

CREATE FUNCTION billing_receipt_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'void_reason', 'voided_at', 'version'];
BEGIN
    IF to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose OR OLD.state = 'VOID' AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'receipt % is kept as it was issued: make it void', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER receipt_is_kept BEFORE UPDATE ON billing_receipt FOR EACH ROW EXECUTE FUNCTION billing_receipt_is_kept();

-- At commit a void receipt has its entry reversed.
CREATE FUNCTION billing_receipt_agrees() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (SELECT state = 'VOID' FROM billing_receipt WHERE id = NEW.id)
       AND NOT EXISTS (SELECT 1 FROM billing_entry WHERE reverses_id = NEW.entry_id) THEN
        RAISE EXCEPTION 'receipt % and its entry disagree: a void one is reversed', NEW.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER receipt_agrees AFTER INSERT OR UPDATE ON billing_receipt DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_receipt_agrees();

CREATE FUNCTION billing_refund_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'approved_by_id', 'held_at_approval', 'entry_id', 'version'];
BEGIN
    IF OLD.state = 'PAID' AND NEW IS DISTINCT FROM OLD
       OR OLD.state IN ('APPROVED', 'PAID') AND to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose
       OR OLD.state = 'APPROVED' AND NEW.state IN ('APPROVED', 'PAID') AND NEW.approved_by_id IS DISTINCT FROM OLD.approved_by_id
       OR NEW.created_by_id IS DISTINCT FROM OLD.created_by_id OR NEW.number <> OLD.number
       OR NEW.state = 'PAID' AND OLD.state <> 'APPROVED' AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'refund % is kept as it was approved: ask for approval again', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER refund_is_kept BEFORE UPDATE ON billing_refund FOR EACH ROW EXECUTE FUNCTION billing_refund_is_kept();

CREATE FUNCTION billing_waiver_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['state', 'signed_by_id', 'entry_id', 'version'];
BEGIN
    IF to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose
       OR OLD.entry_id IS NOT NULL AND (NEW.entry_id, NEW.signed_by_id) IS DISTINCT FROM (OLD.entry_id, OLD.signed_by_id)
       OR OLD.state IN ('RETURNED', 'WITHDRAWN', 'REVERSED') AND NEW IS DISTINCT FROM OLD
       OR OLD.state = 'APPROVED' AND NEW.state NOT IN ('APPROVED', 'REVERSED') THEN
        RAISE EXCEPTION 'waiver % is kept as it was asked and signed: take it back', OLD.number USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER waiver_is_kept BEFORE UPDATE ON billing_waiver FOR EACH ROW EXECUTE FUNCTION billing_waiver_is_kept();
