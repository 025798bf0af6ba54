-- $1 = 'MK08'
-- $2 = 2015
-- $3 = 'MK08'
SELECT (SELECT row_to_json(x$5) FROM (SELECT (SELECT coalesce(json_agg(x$4), '[]'::json) FROM (SELECT i$1.slug AS "slug", (SELECT row_to_json(x$3) FROM (SELECT (SELECT coalesce(json_agg(x$2), '[]'::json) FROM (SELECT o$1.year AS "year", CAST(o$1.value AS DOUBLE PRECISION) AS "value", o$1.status AS "status", (SELECT row_to_json(x$1) FROM (SELECT a$1.code AS "code"
FROM area AS a$1
WHERE a$1.id = o$1.area_id
 LIMIT 1) AS x$1) AS "area"
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
 LIMIT 3) AS x$2) AS "nodes") AS x$3) AS "observations"
FROM indicator AS i$1
WHERE i$1.is_public ORDER BY i$1.sort_key, i$1.id
 LIMIT 1) AS x$4) AS "nodes") AS x$5) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $3::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
