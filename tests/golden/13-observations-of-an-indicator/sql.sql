-- $1 = 'MK08'
-- $2 = 2015
-- $3 = 'MK08'
SELECT convert_to(concat('{"nodes":[', (SELECT string_agg(concat('{"slug":"', i$1.slug, '","observations":{"nodes":[', (SELECT string_agg(concat('{"year":', o$1.year, ',"value":', coalesce(to_json(o$1.value::float8), 'null'), ',"status":"', o$1.status, '","area":', coalesce((SELECT concat('{"code":"', a$1.code, '"}') AS item
FROM area AS a$1
WHERE a$1.id = o$1.area_id
 LIMIT 1), 'null'), '}'), ',') FROM (SELECT o$1.year, o$1.value, o$1.status, o$1.area_id
FROM observation AS o$1
WHERE (EXISTS (SELECT 1
FROM indicator AS indicator_1
WHERE indicator_1.id = o$1.indicator_id AND indicator_1.is_public)) AND o$1.indicator_id = i$1.id AND (EXISTS (SELECT 1
FROM area_reach AS ar$1
WHERE ar$1.inner_id = o$1.area_id AND ar$1.outer_id = (SELECT area.id
FROM area
WHERE area.code = $1::VARCHAR))) AND o$1.year >= $2::INTEGER AND NOT (EXISTS (SELECT 1
FROM observation AS observation_1
WHERE observation_1.indicator_id = o$1.indicator_id AND observation_1.area_id = o$1.area_id AND observation_1.year = o$1.year AND observation_1.gender = o$1.gender AND observation_1.age_group = o$1.age_group AND observation_1.vintage > o$1.vintage)) ORDER BY o$1.year_and_area, o$1.id
 LIMIT 3) AS o$1), ']}}'), ',') FROM (SELECT i$1.slug, i$1.id
FROM indicator AS i$1
WHERE i$1.is_public ORDER BY i$1.sort_key, i$1.id
 LIMIT 1) AS i$1), ']}'), 'UTF8') AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
