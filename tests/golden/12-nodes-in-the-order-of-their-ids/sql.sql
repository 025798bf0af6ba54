-- $1 = ['phenomenon_5jw1t99rnybwpvvyjxs21h4qkj', 'nothing', 'area_36yq8995kjaqqv3fd3y2f7k45f', 'phenomenon_5jw1t99rnybwpvvyjxs21h4qkj']
SELECT (SELECT coalesce(json_agg((SELECT CASE WHEN (t2.kind = 'AREA'::text) THEN (SELECT row_to_json(t4) AS row_to_json_1
FROM (SELECT 'Area'::text AS "__typename", t3.id AS "id", t3.code AS "code"
FROM area AS t3
WHERE t3.id = t2.id) AS t4) WHEN (t2.kind = 'PHENOMENON'::text) THEN (SELECT row_to_json(t6) AS row_to_json_2
FROM (SELECT 'Phenomenon'::text AS "__typename", t5.id AS "id", t5.slug AS "slug"
FROM phenomenon AS t5
WHERE t5.is_public AND t5.id = t2.id) AS t6) WHEN (t2.kind = 'ORGANISATION'::text) THEN (SELECT row_to_json(t8) AS row_to_json_3
FROM (SELECT 'Organisation'::text AS "__typename", t7.id AS "id", t7.slug AS "slug"
FROM organisation AS t7
WHERE t7.is_public AND t7.id = t2.id) AS t8) WHEN (t2.kind = 'PILOT'::text) THEN (SELECT row_to_json(t10) AS row_to_json_4
FROM (SELECT 'Pilot'::text AS "__typename", t9.id AS "id", t9.slug AS "slug"
FROM initiative AS t9
WHERE t9.is_public AND t9.kind = 'PILOT' AND t9.id = t2.id) AS t10) WHEN (t2.kind = 'PROJECT'::text) THEN (SELECT row_to_json(t12) AS row_to_json_5
FROM (SELECT 'Project'::text AS "__typename", t11.id AS "id", t11.slug AS "slug"
FROM initiative AS t11
WHERE t11.is_public AND t11.kind = 'PROJECT' AND t11.id = t2.id) AS t12) WHEN (t2.kind = 'REGIONAL_PROGRAMME'::text) THEN (SELECT row_to_json(t14) AS row_to_json_6
FROM (SELECT 'RegionalProgramme'::text AS "__typename", t13.id AS "id", t13.slug AS "slug"
FROM initiative AS t13
WHERE t13.is_public AND t13.kind = 'REGIONAL_PROGRAMME' AND t13.id = t2.id) AS t14) WHEN (t2.kind = 'COLLECTION'::text) THEN (SELECT row_to_json(t16) AS row_to_json_7
FROM (SELECT 'Collection'::text AS "__typename", t15.id AS "id", t15.slug AS "slug"
FROM initiative AS t15
WHERE t15.is_public AND t15.kind = 'COLLECTION' AND t15.id = t2.id) AS t16) WHEN (t2.kind = 'OPERATING_MODEL'::text) THEN (SELECT row_to_json(t18) AS row_to_json_8
FROM (SELECT 'OperatingModel'::text AS "__typename", t17.id AS "id", t17.slug AS "slug"
FROM operating_model AS t17
WHERE t17.is_public AND t17.id = t2.id) AS t18) WHEN (t2.kind = 'IMPLEMENTATION'::text) THEN (SELECT row_to_json(t20) AS row_to_json_9
FROM (SELECT 'Implementation'::text AS "__typename", t19.id AS "id", t19.slug AS "slug"
FROM implementation AS t19
WHERE t19.is_public AND t19.id = t2.id) AS t20) WHEN (t2.kind = 'PRINCIPLE_SET'::text) THEN (SELECT row_to_json(t22) AS row_to_json_10
FROM (SELECT 'PrincipleSet'::text AS "__typename", t21.id AS "id", t21.slug AS "slug"
FROM principle_set AS t21
WHERE t21.is_public AND t21.id = t2.id) AS t22) WHEN (t2.kind = 'LEARNING'::text) THEN (SELECT row_to_json(t24) AS row_to_json_11
FROM (SELECT 'Learning'::text AS "__typename", t23.id AS "id", t23.slug AS "slug"
FROM learning AS t23
WHERE t23.is_public AND t23.id = t2.id) AS t24) WHEN (t2.kind = 'IMPACT_FIGURE'::text) THEN (SELECT row_to_json(t26) AS row_to_json_12
FROM (SELECT 'ImpactFigure'::text AS "__typename", t25.id AS "id", t25.slug AS "slug"
FROM impact_figure AS t25
WHERE t25.is_public AND t25.id = t2.id) AS t26) WHEN (t2.kind = 'INDICATOR'::text) THEN (SELECT row_to_json(t28) AS row_to_json_13
FROM (SELECT 'Indicator'::text AS "__typename", t27.id AS "id", t27.slug AS "slug"
FROM indicator AS t27
WHERE t27.is_public AND t27.id = t2.id) AS t28) WHEN (t2.kind = 'EVENT_SERIES'::text) THEN (SELECT row_to_json(t30) AS row_to_json_14
FROM (SELECT 'EventSeries'::text AS "__typename", t29.id AS "id", t29.slug AS "slug"
FROM event_series AS t29
WHERE t29.is_public AND t29.id = t2.id) AS t30) WHEN (t2.kind = 'EVENT'::text) THEN (SELECT row_to_json(t32) AS row_to_json_15
FROM (SELECT 'Event'::text AS "__typename", t31.id AS "id", t31.slug AS "slug"
FROM event AS t31
WHERE t31.is_public AND t31.id = t2.id) AS t32) WHEN (t2.kind = 'NETWORK'::text) THEN (SELECT row_to_json(t34) AS row_to_json_16
FROM (SELECT 'Network'::text AS "__typename", t33.id AS "id", t33.slug AS "slug"
FROM network AS t33
WHERE t33.is_public AND t33.id = t2.id) AS t34) END AS anon_1
FROM record AS t2
WHERE t2.is_public AND t2.kind = ANY (ARRAY['AREA','PHENOMENON','ORGANISATION','PILOT','PROJECT','REGIONAL_PROGRAMME','COLLECTION','OPERATING_MODEL','IMPLEMENTATION','PRINCIPLE_SET','LEARNING','IMPACT_FIGURE','INDICATOR','EVENT_SERIES','EVENT','NETWORK']) AND t2.id = anon_2.id)), '[]'::json) AS coalesce_1
FROM unnest($1::VARCHAR[]) WITH ORDINALITY AS anon_2(id, place)) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
