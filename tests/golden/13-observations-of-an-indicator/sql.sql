-- $1 = 'MK08'
-- $2 = 2015
-- $3 = 'MK08'
SELECT (SELECT row_to_json(x5) FROM (SELECT (SELECT coalesce(json_agg(x4), '[]'::json) FROM (SELECT i1.slug AS "slug", (SELECT row_to_json(x3) FROM (SELECT (SELECT coalesce(json_agg(x2), '[]'::json) FROM (SELECT o1.year AS "year", CAST(o1.value AS DOUBLE PRECISION) AS "value", o1.status AS "status", (SELECT row_to_json(x1) FROM (SELECT a1.code AS "code"
FROM area AS a1
WHERE a1.id = o1.area_id
 LIMIT 1) AS x1) AS "area"
FROM observation AS o1
WHERE (EXISTS (SELECT 1
FROM indicator AS indicator_1
WHERE indicator_1.id = o1.indicator_id AND indicator_1.is_public)) AND o1.indicator_id = i1.id AND (EXISTS (SELECT 1
FROM area_reach AS ar1
WHERE ar1.inner_id = o1.area_id AND ar1.outer_id = (SELECT area.id
FROM area
WHERE area.code = $1::VARCHAR))) AND o1.year >= $2::INTEGER AND NOT (EXISTS (SELECT 1
FROM observation AS observation_1
WHERE observation_1.indicator_id = o1.indicator_id AND observation_1.area_id = o1.area_id AND observation_1.year = o1.year AND observation_1.gender = o1.gender AND observation_1.age_group = o1.age_group AND observation_1.vintage > o1.vintage)) ORDER BY o1.year_and_area, o1.id
 LIMIT 3) AS x2) AS "nodes") AS x3) AS "observations"
FROM indicator AS i1
WHERE i1.is_public ORDER BY i1.sort_key, i1.id
 LIMIT 1) AS x4) AS "nodes") AS x5) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
