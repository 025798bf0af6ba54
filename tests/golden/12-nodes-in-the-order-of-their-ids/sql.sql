-- $1 = ['phenomenon_5jw1t99rnybwpvvyjxs21h4qkj', 'nothing', 'area_36yq8995kjaqqv3fd3y2f7k45f', 'phenomenon_5jw1t99rnybwpvvyjxs21h4qkj']
SELECT (SELECT coalesce(json_agg((SELECT CASE WHEN (r1.kind = 'AREA'::text) THEN (SELECT row_to_json(x2) FROM (SELECT 'Area'::text AS "__typename", a1.id AS "id", a1.code AS "code"
FROM area AS a1
WHERE a1.id = r1.id) AS x2) WHEN (r1.kind = 'PHENOMENON'::text) THEN (SELECT row_to_json(x3) FROM (SELECT 'Phenomenon'::text AS "__typename", p1.id AS "id", p1.slug AS "slug"
FROM phenomenon AS p1
WHERE p1.is_public AND p1.id = r1.id) AS x3) WHEN (r1.kind = 'ORGANISATION'::text) THEN (SELECT row_to_json(x4) FROM (SELECT 'Organisation'::text AS "__typename", o1.id AS "id", o1.slug AS "slug"
FROM organisation AS o1
WHERE o1.is_public AND o1.id = r1.id) AS x4) WHEN (r1.kind = 'PILOT'::text) THEN (SELECT row_to_json(x5) FROM (SELECT 'Pilot'::text AS "__typename", i1.id AS "id", i1.slug AS "slug"
FROM initiative AS i1
WHERE i1.is_public AND i1.kind = 'PILOT' AND i1.id = r1.id) AS x5) WHEN (r1.kind = 'PROJECT'::text) THEN (SELECT row_to_json(x6) FROM (SELECT 'Project'::text AS "__typename", i2.id AS "id", i2.slug AS "slug"
FROM initiative AS i2
WHERE i2.is_public AND i2.kind = 'PROJECT' AND i2.id = r1.id) AS x6) WHEN (r1.kind = 'REGIONAL_PROGRAMME'::text) THEN (SELECT row_to_json(x7) FROM (SELECT 'RegionalProgramme'::text AS "__typename", i3.id AS "id", i3.slug AS "slug"
FROM initiative AS i3
WHERE i3.is_public AND i3.kind = 'REGIONAL_PROGRAMME' AND i3.id = r1.id) AS x7) WHEN (r1.kind = 'COLLECTION'::text) THEN (SELECT row_to_json(x8) FROM (SELECT 'Collection'::text AS "__typename", i4.id AS "id", i4.slug AS "slug"
FROM initiative AS i4
WHERE i4.is_public AND i4.kind = 'COLLECTION' AND i4.id = r1.id) AS x8) WHEN (r1.kind = 'OPERATING_MODEL'::text) THEN (SELECT row_to_json(x9) FROM (SELECT 'OperatingModel'::text AS "__typename", om1.id AS "id", om1.slug AS "slug"
FROM operating_model AS om1
WHERE om1.is_public AND om1.id = r1.id) AS x9) WHEN (r1.kind = 'IMPLEMENTATION'::text) THEN (SELECT row_to_json(x10) FROM (SELECT 'Implementation'::text AS "__typename", i5.id AS "id", i5.slug AS "slug"
FROM implementation AS i5
WHERE i5.is_public AND i5.id = r1.id) AS x10) WHEN (r1.kind = 'PRINCIPLE_SET'::text) THEN (SELECT row_to_json(x11) FROM (SELECT 'PrincipleSet'::text AS "__typename", ps1.id AS "id", ps1.slug AS "slug"
FROM principle_set AS ps1
WHERE ps1.is_public AND ps1.id = r1.id) AS x11) WHEN (r1.kind = 'LEARNING'::text) THEN (SELECT row_to_json(x12) FROM (SELECT 'Learning'::text AS "__typename", l1.id AS "id", l1.slug AS "slug"
FROM learning AS l1
WHERE l1.is_public AND l1.id = r1.id) AS x12) WHEN (r1.kind = 'IMPACT_FIGURE'::text) THEN (SELECT row_to_json(x13) FROM (SELECT 'ImpactFigure'::text AS "__typename", if1.id AS "id", if1.slug AS "slug"
FROM impact_figure AS if1
WHERE if1.is_public AND if1.id = r1.id) AS x13) WHEN (r1.kind = 'INDICATOR'::text) THEN (SELECT row_to_json(x14) FROM (SELECT 'Indicator'::text AS "__typename", i6.id AS "id", i6.slug AS "slug"
FROM indicator AS i6
WHERE i6.is_public AND i6.id = r1.id) AS x14) WHEN (r1.kind = 'EVENT_SERIES'::text) THEN (SELECT row_to_json(x15) FROM (SELECT 'EventSeries'::text AS "__typename", es1.id AS "id", es1.slug AS "slug"
FROM event_series AS es1
WHERE es1.is_public AND es1.id = r1.id) AS x15) WHEN (r1.kind = 'EVENT'::text) THEN (SELECT row_to_json(x16) FROM (SELECT 'Event'::text AS "__typename", e1.id AS "id", e1.slug AS "slug"
FROM event AS e1
WHERE e1.is_public AND e1.id = r1.id) AS x16) WHEN (r1.kind = 'NETWORK'::text) THEN (SELECT row_to_json(x17) FROM (SELECT 'Network'::text AS "__typename", n1.id AS "id", n1.slug AS "slug"
FROM network AS n1
WHERE n1.is_public AND n1.id = r1.id) AS x17) END AS anon_1
FROM record AS r1
WHERE r1.is_public AND r1.id = anon_2.id)), '[]'::json) AS coalesce_1
FROM unnest($1::VARCHAR[]) WITH ORDINALITY AS anon_2(id, place)) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
