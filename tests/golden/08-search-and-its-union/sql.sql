-- $1 = 'koulupudokkuus'
-- $2 = 'koulupudokkuus'
-- $3 = ['PHENOMENON', 'PILOT', 'OPERATING_MODEL']
-- $4 = 'koulupudokkuus'
SELECT (SELECT row_to_json(t38) AS row_to_json_1
FROM (SELECT t37.c0 AS "edges"
FROM (SELECT coalesce(json_agg(t36.c0 ORDER BY t36.number) FILTER (WHERE t36.number <= 3), '[]'::json) AS c0, count(*) > 3 AS more, (array_agg(t36.cursor ORDER BY t36.number) FILTER (WHERE t36.number <= 3))[1] AS "startCursor", (array_agg(t36.cursor ORDER BY t36.number DESC) FILTER (WHERE t36.number <= 3))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, t35.cursor AS cursor, t35.c0 AS c0
FROM (SELECT ilmio_cursor('record.RANK.desc'::text, CAST(round(CAST(ts_rank(t1.document, ilmio_query($1::VARCHAR)) AS NUMERIC), 6) AS TEXT), t1.id) AS cursor, (SELECT row_to_json(t34) AS row_to_json_2
FROM (SELECT ilmio_cursor('record.RANK.desc'::text, CAST(round(CAST(ts_rank(t1.document, ilmio_query($1::VARCHAR)) AS NUMERIC), 6) AS TEXT), t1.id) AS "cursor", CASE WHEN (t1.kind = 'AREA'::text) THEN (SELECT row_to_json(t3) AS row_to_json_3
FROM (SELECT 'Area'::text AS "__typename"
FROM area AS t2
WHERE t2.id = t1.id) AS t3) WHEN (t1.kind = 'PHENOMENON'::text) THEN (SELECT row_to_json(t5) AS row_to_json_4
FROM (SELECT 'Phenomenon'::text AS "__typename", t4.slug AS "slug", coalesce(t4.name ->> 'sv', t4.name ->> 'sv-t-fi-t0-und', t4.name ->> 'sv-t-en-t0-und', t4.name ->> 'fi', t4.name ->> 'en', ilmio_any_text(t4.name)) AS "name"
FROM phenomenon AS t4
WHERE t4.is_public AND t4.id = t1.id) AS t5) WHEN (t1.kind = 'ORGANISATION'::text) THEN (SELECT row_to_json(t7) AS row_to_json_5
FROM (SELECT 'Organisation'::text AS "__typename", t6.slug AS "slug"
FROM organisation AS t6
WHERE t6.is_public AND t6.id = t1.id) AS t7) WHEN (t1.kind = 'PILOT'::text) THEN (SELECT row_to_json(t9) AS row_to_json_6
FROM (SELECT 'Pilot'::text AS "__typename", t8.slug AS "slug"
FROM initiative AS t8
WHERE t8.is_public AND t8.kind = 'PILOT' AND t8.id = t1.id) AS t9) WHEN (t1.kind = 'PROJECT'::text) THEN (SELECT row_to_json(t11) AS row_to_json_7
FROM (SELECT 'Project'::text AS "__typename", t10.slug AS "slug"
FROM initiative AS t10
WHERE t10.is_public AND t10.kind = 'PROJECT' AND t10.id = t1.id) AS t11) WHEN (t1.kind = 'REGIONAL_PROGRAMME'::text) THEN (SELECT row_to_json(t13) AS row_to_json_8
FROM (SELECT 'RegionalProgramme'::text AS "__typename", t12.slug AS "slug"
FROM initiative AS t12
WHERE t12.is_public AND t12.kind = 'REGIONAL_PROGRAMME' AND t12.id = t1.id) AS t13) WHEN (t1.kind = 'COLLECTION'::text) THEN (SELECT row_to_json(t15) AS row_to_json_9
FROM (SELECT 'Collection'::text AS "__typename", t14.slug AS "slug"
FROM initiative AS t14
WHERE t14.is_public AND t14.kind = 'COLLECTION' AND t14.id = t1.id) AS t15) WHEN (t1.kind = 'OPERATING_MODEL'::text) THEN (SELECT row_to_json(t17) AS row_to_json_10
FROM (SELECT 'OperatingModel'::text AS "__typename", t16.slug AS "slug"
FROM operating_model AS t16
WHERE t16.is_public AND t16.id = t1.id) AS t17) WHEN (t1.kind = 'IMPLEMENTATION'::text) THEN (SELECT row_to_json(t19) AS row_to_json_11
FROM (SELECT 'Implementation'::text AS "__typename", t18.slug AS "slug"
FROM implementation AS t18
WHERE t18.is_public AND t18.id = t1.id) AS t19) WHEN (t1.kind = 'PRINCIPLE_SET'::text) THEN (SELECT row_to_json(t21) AS row_to_json_12
FROM (SELECT 'PrincipleSet'::text AS "__typename", t20.slug AS "slug"
FROM principle_set AS t20
WHERE t20.is_public AND t20.id = t1.id) AS t21) WHEN (t1.kind = 'LEARNING'::text) THEN (SELECT row_to_json(t23) AS row_to_json_13
FROM (SELECT 'Learning'::text AS "__typename", t22.slug AS "slug"
FROM learning AS t22
WHERE t22.is_public AND t22.id = t1.id) AS t23) WHEN (t1.kind = 'IMPACT_FIGURE'::text) THEN (SELECT row_to_json(t25) AS row_to_json_14
FROM (SELECT 'ImpactFigure'::text AS "__typename", t24.slug AS "slug"
FROM impact_figure AS t24
WHERE t24.is_public AND t24.id = t1.id) AS t25) WHEN (t1.kind = 'INDICATOR'::text) THEN (SELECT row_to_json(t27) AS row_to_json_15
FROM (SELECT 'Indicator'::text AS "__typename", t26.slug AS "slug"
FROM indicator AS t26
WHERE t26.is_public AND t26.id = t1.id) AS t27) WHEN (t1.kind = 'EVENT_SERIES'::text) THEN (SELECT row_to_json(t29) AS row_to_json_16
FROM (SELECT 'EventSeries'::text AS "__typename", t28.slug AS "slug"
FROM event_series AS t28
WHERE t28.is_public AND t28.id = t1.id) AS t29) WHEN (t1.kind = 'EVENT'::text) THEN (SELECT row_to_json(t31) AS row_to_json_17
FROM (SELECT 'Event'::text AS "__typename", t30.slug AS "slug"
FROM event AS t30
WHERE t30.is_public AND t30.id = t1.id) AS t31) WHEN (t1.kind = 'NETWORK'::text) THEN (SELECT row_to_json(t33) AS row_to_json_18
FROM (SELECT 'Network'::text AS "__typename", t32.slug AS "slug"
FROM network AS t32
WHERE t32.is_public AND t32.id = t1.id) AS t33) END AS "node") AS t34) AS c0
FROM record AS t1
WHERE t1.is_public AND t1.kind = ANY (ARRAY['AREA','PHENOMENON','ORGANISATION','PILOT','PROJECT','REGIONAL_PROGRAMME','COLLECTION','OPERATING_MODEL','IMPLEMENTATION','PRINCIPLE_SET','LEARNING','IMPACT_FIGURE','INDICATOR','EVENT_SERIES','EVENT','NETWORK']) AND t1.id IN (SELECT record.id
FROM record
WHERE record.document @@ ilmio_query($2::VARCHAR)) AND t1.kind = ANY ($3::VARCHAR[]) ORDER BY round(CAST(ts_rank(t1.document, ilmio_query($4::VARCHAR)) AS NUMERIC), 6) DESC, t1.id DESC
 LIMIT 4) AS t35) AS t36) AS t37) AS t38) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
