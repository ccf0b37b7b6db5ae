-- What is reversed in the books does not stand on paper: at commit the receipt of a reversed entry is void, its waiver taken
-- back, and what a refund paid out is never reversed. Only what is written from now on is judged; the recount finds the rest.

CREATE FUNCTION billing_paper_follows() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    undone bigint := (to_jsonb(NEW) ->> TG_ARGV[0])::bigint;
    paper text;
BEGIN
    SELECT number INTO paper FROM (
        SELECT number FROM billing_receipt WHERE entry_id = undone AND state <> 'VOID'
        UNION ALL SELECT number FROM billing_waiver WHERE entry_id = undone AND state <> 'REVERSED'
        UNION ALL SELECT number FROM billing_refund WHERE entry_id = undone
    ) standing LIMIT 1;
    IF paper IS NOT NULL AND EXISTS (SELECT 1 FROM billing_entry WHERE reverses_id = undone) THEN
        RAISE EXCEPTION '% stands while its entry is reversed: take the paper back', paper USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER paper_follows AFTER INSERT ON billing_entry DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.reverses_id IS NOT NULL) EXECUTE FUNCTION billing_paper_follows('reverses_id');
CREATE CONSTRAINT TRIGGER paper_follows AFTER INSERT ON billing_receipt DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION billing_paper_follows('entry_id');
CREATE CONSTRAINT TRIGGER paper_follows AFTER INSERT OR UPDATE OF entry_id ON billing_waiver DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.entry_id IS NOT NULL) EXECUTE FUNCTION billing_paper_follows('entry_id');
CREATE CONSTRAINT TRIGGER paper_follows AFTER INSERT OR UPDATE OF entry_id ON billing_refund DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.entry_id IS NOT NULL) EXECUTE FUNCTION billing_paper_follows('entry_id');

-- A receipt is written together with its entry, so that nobody reverses the one while the other is still under way.
CREATE TRIGGER a_entry_is_open AFTER INSERT ON billing_receipt REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION billing_entry_is_open();
