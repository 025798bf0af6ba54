SELECT (SELECT row_to_json(x$7) FROM (SELECT (SELECT coalesce(json_agg(x$6), '[]'::json) FROM (SELECT coalesce(i$1.title ->> 'sv', i$1.title ->> 'sv-t-fi-t0-und', i$1.title ->> 'sv-t-en-t0-und', i$1.title ->> 'fi', i$1.title ->> 'en', ilmio_any_text(i$1.title)) AS "title", (SELECT row_to_json(x$1) FROM (SELECT coalesce(o$1.name ->> 'sv', o$1.name ->> 'sv-t-fi-t0-und', o$1.name ->> 'sv-t-en-t0-und', o$1.name ->> 'fi', o$1.name ->> 'en', ilmio_any_text(o$1.name)) AS "name"
FROM organisation AS o$1
WHERE o$1.is_public AND o$1.id = i$1.lead_organisation_id
 LIMIT 1) AS x$1) AS "leadOrganisation", (SELECT row_to_json(x$3) FROM (SELECT (SELECT coalesce(json_agg(x$2), '[]'::json) FROM (SELECT a$1.code AS "code", coalesce(a$1.name ->> 'sv', a$1.name ->> 'sv-t-fi-t0-und', a$1.name ->> 'sv-t-en-t0-und', a$1.name ->> 'fi', a$1.name ->> 'en', ilmio_any_text(a$1.name)) AS "name"
FROM area AS a$1 JOIN initiative_area AS ia$1 ON ia$1.area_id = a$1.id
WHERE ia$1.initiative_id = i$1.id ORDER BY a$1.sort_key, a$1.id
 LIMIT 2) AS x$2) AS "nodes") AS x$3) AS "areas", (SELECT row_to_json(x$5) FROM (SELECT (SELECT coalesce(json_agg(x$4), '[]'::json) FROM (SELECT coalesce(p$1.name ->> 'sv', p$1.name ->> 'sv-t-fi-t0-und', p$1.name ->> 'sv-t-en-t0-und', p$1.name ->> 'fi', p$1.name ->> 'en', ilmio_any_text(p$1.name)) AS "name"
FROM phenomenon AS p$1 JOIN initiative_phenomenon AS ip$1 ON ip$1.phenomenon_id = p$1.id
WHERE p$1.is_public AND ip$1.initiative_id = i$1.id ORDER BY p$1.sort_key, p$1.id
 LIMIT 2) AS x$4) AS "nodes") AS x$5) AS "phenomena"
FROM initiative AS i$1
WHERE i$1.is_public AND i$1.kind = 'PILOT' ORDER BY i$1.sort_key, i$1.id
 LIMIT 3) AS x$6) AS "nodes") AS x$7) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
