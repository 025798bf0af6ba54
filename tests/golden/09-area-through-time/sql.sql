-- $1 = '2024-06-01'
-- $2 = 'KU588'
-- $3 = 'KU588'
SELECT (SELECT row_to_json(t8) AS row_to_json_1
FROM (SELECT coalesce(t1.name ->> 'sv', t1.name ->> 'sv-t-fi-t0-und', t1.name ->> 'sv-t-en-t0-und', t1.name ->> 'fi', t1.name ->> 'en', ilmio_any_text(t1.name)) AS "name", t1.valid_to AS "validTo", (SELECT area_population_1.residents
FROM area_population AS area_population_1
WHERE area_population_1.area_id = t1.id ORDER BY area_population_1.year DESC
 LIMIT 1) AS "population", (SELECT coalesce(json_agg(t4), '[]'::json) AS coalesce_1
FROM (SELECT t2.code AS "code", coalesce(t2.name ->> 'sv', t2.name ->> 'sv-t-fi-t0-und', t2.name ->> 'sv-t-en-t0-und', t2.name ->> 'fi', t2.name ->> 'en', ilmio_any_text(t2.name)) AS "name"
FROM area AS t2 JOIN area_succession AS t3 ON t3.successor_id = t2.id
WHERE t3.predecessor_id = t1.id ORDER BY t2.code) AS t4) AS "successors", (SELECT coalesce(json_agg(t7), '[]'::json) AS coalesce_2
FROM (SELECT t5.code AS "code"
FROM area AS t5 JOIN area_containment AS t6 ON t6.outer_id = t5.id
WHERE t6.inner_id = t1.id AND coalesce(t6.valid_from, '-infinity'::date) <= (CAST($1::VARCHAR AS TEXT) :: date) AND coalesce(t6.valid_to, 'infinity'::date) >= (CAST($1::VARCHAR AS TEXT) :: date) AND t5.kind = 'REGION' ORDER BY t5.kind, t5.code) AS t7) AS "within"
FROM area AS t1
WHERE t1.code = $2::VARCHAR
 LIMIT 1) AS t8) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
