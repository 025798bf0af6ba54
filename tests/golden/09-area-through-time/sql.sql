-- $1 = '2024-06-01'
-- $2 = 'KU588'
-- $3 = 'KU588'
SELECT (SELECT row_to_json(x3) FROM (SELECT coalesce(a1.name ->> 'sv', a1.name ->> 'sv-t-fi-t0-und', a1.name ->> 'sv-t-en-t0-und', a1.name ->> 'fi', a1.name ->> 'en', ilmio_any_text(a1.name)) AS "name", a1.valid_to AS "validTo", (SELECT area_population_1.residents
FROM area_population AS area_population_1
WHERE area_population_1.area_id = a1.id ORDER BY area_population_1.year DESC
 LIMIT 1) AS "population", (SELECT coalesce(json_agg(x1), '[]'::json) FROM (SELECT a2.code AS "code", coalesce(a2.name ->> 'sv', a2.name ->> 'sv-t-fi-t0-und', a2.name ->> 'sv-t-en-t0-und', a2.name ->> 'fi', a2.name ->> 'en', ilmio_any_text(a2.name)) AS "name"
FROM area AS a2 JOIN area_succession AS as1 ON as1.successor_id = a2.id
WHERE as1.predecessor_id = a1.id ORDER BY a2.code) AS x1) AS "successors", (SELECT coalesce(json_agg(x2), '[]'::json) FROM (SELECT a3.code AS "code"
FROM area AS a3 JOIN area_containment AS ac1 ON ac1.outer_id = a3.id
WHERE ac1.inner_id = a1.id AND coalesce(ac1.valid_from, '-infinity'::date) <= (CAST($1::VARCHAR AS TEXT) :: date) AND coalesce(ac1.valid_to, 'infinity'::date) >= (CAST($1::VARCHAR AS TEXT) :: date) AND a3.kind = 'REGION' ORDER BY a3.kind, a3.code) AS x2) AS "within"
FROM area AS a1
WHERE a1.code = $2::VARCHAR
 LIMIT 1) AS x3) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
