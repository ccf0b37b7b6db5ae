-- Every run of three characters of a text in capitals, and what is left at its end: `漏水点` is {漏水点, 水点, 点}. What contains a word
-- of up to three characters has a gram that begins with it; what contains a longer one has each of its grams, and is looked at again.
-- Text holds no control characters (core/text.py); one of them parts the grams. Dear on purpose: to be looked up, not worked out.
CREATE FUNCTION public.search_grams(words text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 SET search_path = pg_catalog AS $$
    SELECT array_to_tsvector(array_remove(string_to_array(
        regexp_replace(upper(words), '(.{3})', E'\\1\x1e', 'g') || E'\x1e'
        || regexp_replace(substr(upper(words), 2), '(.{3})', E'\\1\x1e', 'g') || E'\x1e'
        || regexp_replace(substr(upper(words), 3), '(.{3})', E'\\1\x1e', 'g'),
        E'\x1e'), ''))
$$;

-- What a text's grams must match when it contains the word. Not for parallel work: starting the workers takes longer than the search.
CREATE FUNCTION public.search_query(word text) RETURNS tsquery
LANGUAGE sql IMMUTABLE STRICT PARALLEL UNSAFE SET search_path = pg_catalog AS $$
    SELECT string_agg('''' || replace(replace(substr(upper(word), place, 3), '\', '\\'), '''', '''''') || ''':*', ' & ')::tsquery
    FROM generate_series(1, greatest(length(word) - 2, 1)) AS place
$$;
