SELECT (SELECT row_to_json(t13) AS row_to_json_1
FROM (SELECT (SELECT coalesce(json_agg(t12), '[]'::json) AS coalesce_1
FROM (SELECT coalesce(t1.title ->> 'sv', t1.title ->> 'sv-t-fi-t0-und', t1.title ->> 'sv-t-en-t0-und', t1.title ->> 'fi', t1.title ->> 'en', ilmio_any_text(t1.title)) AS "title", (SELECT row_to_json(t3) AS row_to_json_2
FROM (SELECT coalesce(t2.name ->> 'sv', t2.name ->> 'sv-t-fi-t0-und', t2.name ->> 'sv-t-en-t0-und', t2.name ->> 'fi', t2.name ->> 'en', ilmio_any_text(t2.name)) AS "name"
FROM organisation AS t2
WHERE t2.is_public AND t2.id = t1.lead_organisation_id
 LIMIT 1) AS t3) AS "leadOrganisation", (SELECT row_to_json(t7) AS row_to_json_3
FROM (SELECT (SELECT coalesce(json_agg(t6), '[]'::json) AS coalesce_2
FROM (SELECT t4.code AS "code", coalesce(t4.name ->> 'sv', t4.name ->> 'sv-t-fi-t0-und', t4.name ->> 'sv-t-en-t0-und', t4.name ->> 'fi', t4.name ->> 'en', ilmio_any_text(t4.name)) AS "name"
FROM area AS t4 JOIN initiative_area AS t5 ON t5.area_id = t4.id
WHERE t5.initiative_id = t1.id ORDER BY t4.sort_key, t4.id
 LIMIT 2) AS t6) AS "nodes") AS t7) AS "areas", (SELECT row_to_json(t11) AS row_to_json_4
FROM (SELECT (SELECT coalesce(json_agg(t10), '[]'::json) AS coalesce_3
FROM (SELECT coalesce(t8.name ->> 'sv', t8.name ->> 'sv-t-fi-t0-und', t8.name ->> 'sv-t-en-t0-und', t8.name ->> 'fi', t8.name ->> 'en', ilmio_any_text(t8.name)) AS "name"
FROM phenomenon AS t8 JOIN initiative_phenomenon AS t9 ON t9.phenomenon_id = t8.id
WHERE t8.is_public AND t9.initiative_id = t1.id ORDER BY t8.sort_key, t8.id
 LIMIT 2) AS t10) AS "nodes") AS t11) AS "phenomena"
FROM initiative AS t1
WHERE t1.is_public AND t1.kind = 'PILOT' ORDER BY t1.sort_key, t1.id
 LIMIT 3) AS t12) AS "nodes") AS t13) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
