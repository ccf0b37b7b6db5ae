-- Credits never exceed what was charged, and are never changed.
CREATE FUNCTION billing_credit_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    charged numeric;
BEGIN
    SELECT amount INTO charged FROM billing_charge WHERE id = NEW.charge_id FOR UPDATE;
    IF NEW.amount + (SELECT coalesce(sum(amount), 0) FROM billing_credit WHERE charge_id = NEW.charge_id) > charged THEN
        RAISE EXCEPTION 'more is credited than was charged' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER credit_fits BEFORE INSERT ON billing_credit FOR EACH ROW EXECUTE FUNCTION billing_credit_fits();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON billing_credit FOR EACH ROW EXECUTE FUNCTION billing_refuse();
CREATE TRIGGER insert_only BEFORE UPDATE OR DELETE ON billing_readingcharge FOR EACH ROW EXECUTE FUNCTION billing_refuse();
