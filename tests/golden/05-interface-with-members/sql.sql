SELECT (SELECT row_to_json(t9) AS row_to_json_1
FROM (SELECT (SELECT coalesce(json_agg(t8.node), '[]'::json) AS coalesce_1
FROM (SELECT CASE WHEN (t1.kind = 'PILOT'::text) THEN (SELECT row_to_json(t2) AS row_to_json_2
FROM (SELECT 'Pilot'::text AS "__typename", t1.slug AS "slug", t1.pilot_kind AS "pilotKind", coalesce(t1.theme ->> 'sv', t1.theme ->> 'sv-t-fi-t0-und', t1.theme ->> 'sv-t-en-t0-und', t1.theme ->> 'fi', t1.theme ->> 'en', ilmio_any_text(t1.theme)) AS "theme") AS t2) WHEN (t1.kind = 'PROJECT'::text) THEN (SELECT row_to_json(t3) AS row_to_json_3
FROM (SELECT 'Project'::text AS "__typename", t1.slug AS "slug") AS t3) WHEN (t1.kind = 'REGIONAL_PROGRAMME'::text) THEN (SELECT row_to_json(t4) AS row_to_json_4
FROM (SELECT 'RegionalProgramme'::text AS "__typename", t1.slug AS "slug") AS t4) WHEN (t1.kind = 'COLLECTION'::text) THEN (SELECT row_to_json(t7) AS row_to_json_5
FROM (SELECT 'Collection'::text AS "__typename", t1.slug AS "slug", (SELECT row_to_json(t6) AS row_to_json_6
FROM (SELECT (SELECT count(*) AS count_1
FROM operating_model AS t5
WHERE t5.is_public AND t5.collection_id = t1.id) AS "totalCount") AS t6) AS "operatingModels") AS t7) END AS node
FROM initiative AS t1
WHERE t1.is_public ORDER BY t1.created_at DESC, t1.id DESC
 LIMIT 4) AS t8) AS "nodes") AS t9) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
