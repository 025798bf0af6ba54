-- $1 = 'SOTKANET'
-- $2 = '3563'
-- $3 = 'no-such-pilot'
SELECT (SELECT row_to_json(x1) FROM (SELECT i1.slug AS "slug", coalesce(i1.name ->> 'sv', i1.name ->> 'sv-t-fi-t0-und', i1.name ->> 'sv-t-en-t0-und', i1.name ->> 'fi', i1.name ->> 'en', ilmio_any_text(i1.name)) AS "name", coalesce(i1.unit ->> 'sv', i1.unit ->> 'sv-t-fi-t0-und', i1.unit ->> 'sv-t-en-t0-und', i1.unit ->> 'fi', i1.unit ->> 'en', ilmio_any_text(i1.unit)) AS "unit", i1.decimals AS "decimals"
FROM indicator AS i1
WHERE i1.is_public AND i1.id IN (SELECT external_id.record_id
FROM external_id
WHERE external_id.scheme = $1::VARCHAR AND external_id.value = $2::VARCHAR)
 LIMIT 1) AS x1) AS r0, (SELECT row_to_json(x2) FROM (SELECT i2.id AS "id"
FROM initiative AS i2
WHERE i2.is_public AND i2.kind = 'PILOT' AND i2.slug = $3::VARCHAR
 LIMIT 1) AS x2) AS r1, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
