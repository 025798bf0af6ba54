SELECT (SELECT row_to_json(x7) FROM (SELECT (SELECT coalesce(json_agg(x6), '[]'::json) FROM (SELECT coalesce(i1.title ->> 'sv', i1.title ->> 'sv-t-fi-t0-und', i1.title ->> 'sv-t-en-t0-und', i1.title ->> 'fi', i1.title ->> 'en', ilmio_any_text(i1.title)) AS "title", (SELECT row_to_json(x1) FROM (SELECT coalesce(o1.name ->> 'sv', o1.name ->> 'sv-t-fi-t0-und', o1.name ->> 'sv-t-en-t0-und', o1.name ->> 'fi', o1.name ->> 'en', ilmio_any_text(o1.name)) AS "name"
FROM organisation AS o1
WHERE o1.is_public AND o1.id = i1.lead_organisation_id
 LIMIT 1) AS x1) AS "leadOrganisation", (SELECT row_to_json(x3) FROM (SELECT (SELECT coalesce(json_agg(x2), '[]'::json) FROM (SELECT a1.code AS "code", coalesce(a1.name ->> 'sv', a1.name ->> 'sv-t-fi-t0-und', a1.name ->> 'sv-t-en-t0-und', a1.name ->> 'fi', a1.name ->> 'en', ilmio_any_text(a1.name)) AS "name"
FROM area AS a1 JOIN initiative_area AS ia1 ON ia1.area_id = a1.id
WHERE ia1.initiative_id = i1.id ORDER BY a1.sort_key, a1.id
 LIMIT 2) AS x2) AS "nodes") AS x3) AS "areas", (SELECT row_to_json(x5) FROM (SELECT (SELECT coalesce(json_agg(x4), '[]'::json) FROM (SELECT coalesce(p1.name ->> 'sv', p1.name ->> 'sv-t-fi-t0-und', p1.name ->> 'sv-t-en-t0-und', p1.name ->> 'fi', p1.name ->> 'en', ilmio_any_text(p1.name)) AS "name"
FROM phenomenon AS p1 JOIN initiative_phenomenon AS ip1 ON ip1.phenomenon_id = p1.id
WHERE p1.is_public AND ip1.initiative_id = i1.id ORDER BY p1.sort_key, p1.id
 LIMIT 2) AS x4) AS "nodes") AS x5) AS "phenomena"
FROM initiative AS i1
WHERE i1.is_public AND i1.kind = 'PILOT' ORDER BY i1.sort_key, i1.id
 LIMIT 3) AS x6) AS "nodes") AS x7) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
