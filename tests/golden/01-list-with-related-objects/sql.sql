SELECT convert_to(concat('{"nodes":[', (SELECT string_agg(concat('{"title":', coalesce(to_json(coalesce(i$1.title ->> 'sv', i$1.title ->> 'sv-t-fi-t0-und', i$1.title ->> 'sv-t-en-t0-und', i$1.title ->> 'fi', i$1.title ->> 'en', ilmio_any_text(i$1.title))), 'null'), ',"leadOrganisation":', coalesce((SELECT concat('{"name":', coalesce(to_json(coalesce(o$1.name ->> 'sv', o$1.name ->> 'sv-t-fi-t0-und', o$1.name ->> 'sv-t-en-t0-und', o$1.name ->> 'fi', o$1.name ->> 'en', ilmio_any_text(o$1.name))), 'null'), '}') AS item
FROM organisation AS o$1
WHERE o$1.is_public AND o$1.id = i$1.lead_organisation_id
 LIMIT 1), 'null'), ',"areas":{"nodes":[', (SELECT string_agg(concat('{"code":"', a$1.code, '","name":', coalesce(to_json(coalesce(a$1.name ->> 'sv', a$1.name ->> 'sv-t-fi-t0-und', a$1.name ->> 'sv-t-en-t0-und', a$1.name ->> 'fi', a$1.name ->> 'en', ilmio_any_text(a$1.name))), 'null'), '}'), ',') FROM (SELECT a$1.code, a$1.name
FROM area AS a$1 JOIN initiative_area AS ia$1 ON ia$1.area_id = a$1.id
WHERE ia$1.initiative_id = i$1.id ORDER BY ia$1.area_sort_key, ia$1.area_id
 LIMIT 2) AS a$1), ']},"phenomena":{"nodes":[', (SELECT string_agg(concat('{"name":', coalesce(to_json(coalesce(p$1.name ->> 'sv', p$1.name ->> 'sv-t-fi-t0-und', p$1.name ->> 'sv-t-en-t0-und', p$1.name ->> 'fi', p$1.name ->> 'en', ilmio_any_text(p$1.name))), 'null'), '}'), ',') FROM (SELECT p$1.name
FROM phenomenon AS p$1 JOIN initiative_phenomenon AS ip$1 ON ip$1.phenomenon_id = p$1.id
WHERE p$1.is_public AND ip$1.initiative_id = i$1.id ORDER BY ip$1.phenomenon_sort_key, ip$1.phenomenon_id
 LIMIT 2) AS p$1), ']}}'), ',') FROM (SELECT i$1.title, i$1.lead_organisation_id, i$1.id
FROM initiative AS i$1
WHERE i$1.is_public AND i$1.kind = 'PILOT' ORDER BY i$1.sort_key, i$1.id
 LIMIT 3) AS i$1), ']}'), 'UTF8') AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
