-- $1 = 'SOTKANET'
-- $2 = '3563'
-- $3 = 'no-such-pilot'
SELECT convert_to((SELECT concat('{"slug":"', i$1.slug, '","name":', coalesce(to_json(coalesce(i$1.name ->> 'sv', i$1.name ->> 'sv-t-fi-t0-und', i$1.name ->> 'sv-t-en-t0-und', i$1.name ->> 'fi', i$1.name ->> 'en', ilmio_any_text(i$1.name))), 'null'), ',"unit":', coalesce(to_json(coalesce(i$1.unit ->> 'sv', i$1.unit ->> 'sv-t-fi-t0-und', i$1.unit ->> 'sv-t-en-t0-und', i$1.unit ->> 'fi', i$1.unit ->> 'en', ilmio_any_text(i$1.unit))), 'null'), ',"decimals":', i$1.decimals, '}') AS item
FROM indicator AS i$1
WHERE i$1.is_public AND i$1.id IN (SELECT external_id.record_id
FROM external_id
WHERE external_id.scheme = $1::VARCHAR AND external_id.value = $2::VARCHAR)
 LIMIT 1), 'UTF8') AS r0, convert_to((SELECT concat('{"id":"', i$2.id, '"}') AS item
FROM initiative AS i$2
WHERE i$2.is_public AND i$2.kind = 'PILOT' AND i$2.slug = $3::VARCHAR
 LIMIT 1), 'UTF8') AS r1, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
