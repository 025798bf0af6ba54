-- $1 = ['phenomenon_5jw1t99rnybwpvvyjxs21h4qkj', 'nothing', 'area_36yq8995kjaqqv3fd3y2f7k45f', 'phenomenon_5jw1t99rnybwpvvyjxs21h4qkj']
SELECT (SELECT coalesce(json_agg((SELECT CASE WHEN (r$1.kind = 'AREA'::text) THEN (SELECT row_to_json(x$2) FROM (SELECT 'Area'::text AS "__typename", a$1.id AS "id", a$1.code AS "code"
FROM area AS a$1
WHERE a$1.id = r$1.id) AS x$2) WHEN (r$1.kind = 'PHENOMENON'::text) THEN (SELECT row_to_json(x$3) FROM (SELECT 'Phenomenon'::text AS "__typename", p$1.id AS "id", p$1.slug AS "slug"
FROM phenomenon AS p$1
WHERE p$1.is_public AND p$1.id = r$1.id) AS x$3) WHEN (r$1.kind = 'ORGANISATION'::text) THEN (SELECT row_to_json(x$4) FROM (SELECT 'Organisation'::text AS "__typename", o$1.id AS "id", o$1.slug AS "slug"
FROM organisation AS o$1
WHERE o$1.is_public AND o$1.id = r$1.id) AS x$4) WHEN (r$1.kind = 'PILOT'::text) THEN (SELECT row_to_json(x$5) FROM (SELECT 'Pilot'::text AS "__typename", i$1.id AS "id", i$1.slug AS "slug"
FROM initiative AS i$1
WHERE i$1.is_public AND i$1.kind = 'PILOT' AND i$1.id = r$1.id) AS x$5) WHEN (r$1.kind = 'PROJECT'::text) THEN (SELECT row_to_json(x$6) FROM (SELECT 'Project'::text AS "__typename", i$2.id AS "id", i$2.slug AS "slug"
FROM initiative AS i$2
WHERE i$2.is_public AND i$2.kind = 'PROJECT' AND i$2.id = r$1.id) AS x$6) WHEN (r$1.kind = 'REGIONAL_PROGRAMME'::text) THEN (SELECT row_to_json(x$7) FROM (SELECT 'RegionalProgramme'::text AS "__typename", i$3.id AS "id", i$3.slug AS "slug"
FROM initiative AS i$3
WHERE i$3.is_public AND i$3.kind = 'REGIONAL_PROGRAMME' AND i$3.id = r$1.id) AS x$7) WHEN (r$1.kind = 'COLLECTION'::text) THEN (SELECT row_to_json(x$8) FROM (SELECT 'Collection'::text AS "__typename", i$4.id AS "id", i$4.slug AS "slug"
FROM initiative AS i$4
WHERE i$4.is_public AND i$4.kind = 'COLLECTION' AND i$4.id = r$1.id) AS x$8) WHEN (r$1.kind = 'OPERATING_MODEL'::text) THEN (SELECT row_to_json(x$9) FROM (SELECT 'OperatingModel'::text AS "__typename", om$1.id AS "id", om$1.slug AS "slug"
FROM operating_model AS om$1
WHERE om$1.is_public AND om$1.id = r$1.id) AS x$9) WHEN (r$1.kind = 'IMPLEMENTATION'::text) THEN (SELECT row_to_json(x$10) FROM (SELECT 'Implementation'::text AS "__typename", i$5.id AS "id", i$5.slug AS "slug"
FROM implementation AS i$5
WHERE i$5.is_public AND i$5.id = r$1.id) AS x$10) WHEN (r$1.kind = 'PRINCIPLE_SET'::text) THEN (SELECT row_to_json(x$11) FROM (SELECT 'PrincipleSet'::text AS "__typename", ps$1.id AS "id", ps$1.slug AS "slug"
FROM principle_set AS ps$1
WHERE ps$1.is_public AND ps$1.id = r$1.id) AS x$11) WHEN (r$1.kind = 'LEARNING'::text) THEN (SELECT row_to_json(x$12) FROM (SELECT 'Learning'::text AS "__typename", l$1.id AS "id", l$1.slug AS "slug"
FROM learning AS l$1
WHERE l$1.is_public AND l$1.id = r$1.id) AS x$12) WHEN (r$1.kind = 'IMPACT_FIGURE'::text) THEN (SELECT row_to_json(x$13) FROM (SELECT 'ImpactFigure'::text AS "__typename", if$1.id AS "id", if$1.slug AS "slug"
FROM impact_figure AS if$1
WHERE if$1.is_public AND if$1.id = r$1.id) AS x$13) WHEN (r$1.kind = 'INDICATOR'::text) THEN (SELECT row_to_json(x$14) FROM (SELECT 'Indicator'::text AS "__typename", i$6.id AS "id", i$6.slug AS "slug"
FROM indicator AS i$6
WHERE i$6.is_public AND i$6.id = r$1.id) AS x$14) WHEN (r$1.kind = 'EVENT_SERIES'::text) THEN (SELECT row_to_json(x$15) FROM (SELECT 'EventSeries'::text AS "__typename", es$1.id AS "id", es$1.slug AS "slug"
FROM event_series AS es$1
WHERE es$1.is_public AND es$1.id = r$1.id) AS x$15) WHEN (r$1.kind = 'EVENT'::text) THEN (SELECT row_to_json(x$16) FROM (SELECT 'Event'::text AS "__typename", e$1.id AS "id", e$1.slug AS "slug"
FROM event AS e$1
WHERE e$1.is_public AND e$1.id = r$1.id) AS x$16) WHEN (r$1.kind = 'NETWORK'::text) THEN (SELECT row_to_json(x$17) FROM (SELECT 'Network'::text AS "__typename", n$1.id AS "id", n$1.slug AS "slug"
FROM network AS n$1
WHERE n$1.is_public AND n$1.id = r$1.id) AS x$17) END AS anon_1
FROM record AS r$1
WHERE r$1.is_public AND r$1.id = anon_2.id)), '[]'::json) AS coalesce_1
FROM unnest($1::VARCHAR[]) WITH ORDINALITY AS anon_2(id, place)) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
