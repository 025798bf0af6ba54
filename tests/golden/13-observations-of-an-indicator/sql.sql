-- $1 = 'MK08'
-- $2 = 2015
-- $3 = 'MK08'
SELECT (SELECT row_to_json(t8) AS row_to_json_1
FROM (SELECT (SELECT coalesce(json_agg(t7), '[]'::json) AS coalesce_1
FROM (SELECT t1.slug AS "slug", (SELECT row_to_json(t6) AS row_to_json_2
FROM (SELECT (SELECT coalesce(json_agg(t5), '[]'::json) AS coalesce_2
FROM (SELECT t2.year AS "year", CAST(t2.value AS DOUBLE PRECISION) AS "value", t2.status AS "status", (SELECT row_to_json(t4) AS row_to_json_3
FROM (SELECT t3.code AS "code"
FROM area AS t3
WHERE t3.id = t2.area_id
 LIMIT 1) AS t4) AS "area"
FROM observation AS t2
WHERE (EXISTS (SELECT 1
FROM indicator AS indicator_1
WHERE indicator_1.id = t2.indicator_id AND indicator_1.is_public)) AND t2.indicator_id = t1.id AND t2.area_id IN (SELECT area_reach.inner_id
FROM area_reach JOIN area ON area.id = area_reach.outer_id
WHERE area.code = $1::VARCHAR) AND t2.year >= $2::INTEGER AND NOT (EXISTS (SELECT 1
FROM observation AS observation_1
WHERE observation_1.indicator_id = t2.indicator_id AND observation_1.area_id = t2.area_id AND observation_1.year = t2.year AND observation_1.gender = t2.gender AND observation_1.age_group = t2.age_group AND observation_1.vintage > t2.vintage)) ORDER BY t2.year, t2.id
 LIMIT 3) AS t5) AS "nodes") AS t6) AS "observations"
FROM indicator AS t1
WHERE t1.is_public ORDER BY t1.sort_key, t1.id
 LIMIT 1) AS t7) AS "nodes") AS t8) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
