-- $1 = '2024-06-01'
-- $2 = 'KU588'
-- $3 = 'KU588'
SELECT convert_to((SELECT concat('{"name":', coalesce(to_json(coalesce(a$1.name ->> 'sv', a$1.name ->> 'sv-t-fi-t0-und', a$1.name ->> 'sv-t-en-t0-und', a$1.name ->> 'fi', a$1.name ->> 'en', ilmio_any_text(a$1.name))), 'null'), ',"validTo":', coalesce(to_json(a$1.valid_to), 'null'), ',"population":', coalesce(to_json((SELECT area_population_1.residents
FROM area_population AS area_population_1
WHERE area_population_1.area_id = a$1.id ORDER BY area_population_1.year DESC
 LIMIT 1)), 'null'), ',"successors":[', (SELECT string_agg(concat('{"code":"', a$2.code, '","name":', coalesce(to_json(coalesce(a$2.name ->> 'sv', a$2.name ->> 'sv-t-fi-t0-und', a$2.name ->> 'sv-t-en-t0-und', a$2.name ->> 'fi', a$2.name ->> 'en', ilmio_any_text(a$2.name))), 'null'), '}'), ',') FROM (SELECT a$2.code, a$2.name
FROM area AS a$2 JOIN area_succession AS as$1 ON as$1.successor_id = a$2.id
WHERE as$1.predecessor_id = a$1.id ORDER BY a$2.code) AS a$2), '],"within":[', (SELECT string_agg(concat('{"code":"', a$3.code, '"}'), ',') FROM (SELECT a$3.code
FROM area AS a$3 JOIN area_containment AS ac$1 ON ac$1.outer_id = a$3.id
WHERE ac$1.inner_id = a$1.id AND coalesce(ac$1.valid_from, '-infinity'::date) <= (CAST($1::VARCHAR AS TEXT) :: date) AND coalesce(ac$1.valid_to, 'infinity'::date) >= (CAST($1::VARCHAR AS TEXT) :: date) AND a$3.kind = 'REGION' ORDER BY a$3.kind, a$3.code) AS a$3), ']}') AS item
FROM area AS a$1
WHERE a$1.code = $2::VARCHAR
 LIMIT 1), 'UTF8') AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
