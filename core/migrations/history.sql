CREATE SCHEMA IF NOT EXISTS audit;

CREATE TABLE audit.history (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor_id   bigint,
    kind       text NOT NULL,
    row_table  text NOT NULL,
    row_id     bigint NOT NULL,
    step       text NOT NULL DEFAULT '',
    from_state text NOT NULL DEFAULT '',
    to_state   text NOT NULL DEFAULT '',
    note       text NOT NULL DEFAULT '',
    changes    jsonb NOT NULL DEFAULT '{}',
    db_user    text NOT NULL DEFAULT session_user
);
CREATE INDEX history_of_row ON audit.history (row_table, row_id, id);
CREATE INDEX history_of_actor ON audit.history (actor_id, id);

CREATE VIEW public.history AS
SELECT id, at, actor_id, kind, row_table, row_id, step, from_state, to_state, note, changes FROM audit.history;

-- Also the owner cannot change the trail by accident.
CREATE FUNCTION audit.refuse() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'the history is append-only' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER history_is_final BEFORE UPDATE OR DELETE ON audit.history
    FOR EACH ROW EXECUTE FUNCTION audit.refuse();
CREATE TRIGGER history_is_kept BEFORE TRUNCATE ON audit.history
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse();

CREATE FUNCTION audit.actor() RETURNS bigint LANGUAGE sql STABLE SET search_path = pg_catalog AS
$$ SELECT nullif(current_setting('app.user', true), '')::bigint $$;

-- What a row said before and after, column by column; hidden columns show only that they changed.
CREATE FUNCTION audit.difference(before jsonb, after jsonb, hidden text[]) RETURNS jsonb
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog AS $$
    SELECT coalesce(jsonb_object_agg(key,
        CASE WHEN key = ANY (hidden) THEN '["***", "***"]'::jsonb
             ELSE jsonb_build_array(before -> key, after -> key) END), '{}')
    FROM (SELECT jsonb_object_keys(before || after) AS key) AS names
    WHERE before -> key IS DISTINCT FROM after -> key
      AND NOT (coalesce(before -> key, 'null') = 'null' AND coalesce(after -> key, 'null') = 'null')
$$;

CREATE FUNCTION audit.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'INSERT' THEN '{}' ELSE to_jsonb(OLD) END;
    after  jsonb := CASE WHEN TG_OP = 'DELETE' THEN '{}' ELSE to_jsonb(NEW) END;
    row_id bigint := coalesce(after ->> 'id', before ->> 'id', after ->> 'territory_ptr_id', before ->> 'territory_ptr_id')::bigint;
    changes jsonb := audit.difference(before, after, TG_ARGV::text[]);
    is_step boolean := TG_OP = 'UPDATE'
        AND current_setting('app.step_row', true) = TG_TABLE_NAME || ':' || row_id
        AND before -> 'state' IS NOT NULL;
BEGIN
    IF changes = '{}' AND NOT is_step THEN
        RETURN NULL;
    END IF;
    INSERT INTO audit.history (actor_id, kind, row_table, row_id, step, from_state, to_state, note, changes)
    VALUES (
        audit.actor(),
        CASE WHEN is_step THEN 'STEP' WHEN TG_OP = 'INSERT' THEN 'CREATED' WHEN TG_OP = 'UPDATE' THEN 'CHANGED' ELSE 'DELETED' END,
        TG_TABLE_NAME, row_id,
        CASE WHEN is_step THEN current_setting('app.step', true) ELSE '' END,
        coalesce(before ->> 'state', ''), coalesce(after ->> 'state', ''),
        CASE WHEN is_step THEN coalesce(current_setting('app.step_note', true), '') ELSE '' END,
        changes
    );
    RETURN NULL;
END $$;

-- The only other way in: a note on a row, by the person the transaction belongs to.
CREATE FUNCTION audit.note(row_table text, row_id bigint, note text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog AS $$
    INSERT INTO audit.history (actor_id, kind, row_table, row_id, note) VALUES (audit.actor(), 'NOTE', row_table, row_id, note)
$$;
REVOKE ALL ON FUNCTION audit.note(text, bigint, text) FROM PUBLIC;
REVOKE ALL ON FUNCTION audit.keep() FROM PUBLIC;
