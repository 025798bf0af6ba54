-- $1 = '2024-06-01'
-- $2 = 'KU588'
-- $3 = 'KU588'
SELECT (SELECT row_to_json(x$3) FROM (SELECT coalesce(a$1.name ->> 'sv', a$1.name ->> 'sv-t-fi-t0-und', a$1.name ->> 'sv-t-en-t0-und', a$1.name ->> 'fi', a$1.name ->> 'en', ilmio_any_text(a$1.name)) AS "name", a$1.valid_to AS "validTo", (SELECT area_population_1.residents
FROM area_population AS area_population_1
WHERE area_population_1.area_id = a$1.id ORDER BY area_population_1.year DESC
 LIMIT 1) AS "population", (SELECT coalesce(json_agg(x$1), '[]'::json) FROM (SELECT a$2.code AS "code", coalesce(a$2.name ->> 'sv', a$2.name ->> 'sv-t-fi-t0-und', a$2.name ->> 'sv-t-en-t0-und', a$2.name ->> 'fi', a$2.name ->> 'en', ilmio_any_text(a$2.name)) AS "name"
FROM area AS a$2 JOIN area_succession AS as$1 ON as$1.successor_id = a$2.id
WHERE as$1.predecessor_id = a$1.id ORDER BY a$2.code) AS x$1) AS "successors", (SELECT coalesce(json_agg(x$2), '[]'::json) FROM (SELECT a$3.code AS "code"
FROM area AS a$3 JOIN area_containment AS ac$1 ON ac$1.outer_id = a$3.id
WHERE ac$1.inner_id = a$1.id AND coalesce(ac$1.valid_from, '-infinity'::date) <= (CAST($1::VARCHAR AS TEXT) :: date) AND coalesce(ac$1.valid_to, 'infinity'::date) >= (CAST($1::VARCHAR AS TEXT) :: date) AND a$3.kind = 'REGION' ORDER BY a$3.kind, a$3.code) AS x$2) AS "within"
FROM area AS a$1
WHERE a$1.code = $2::VARCHAR
 LIMIT 1) AS x$3) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
