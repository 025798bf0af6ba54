-- $1 = 'SOTKANET'
-- $2 = '3563'
-- $3 = 'no-such-pilot'
SELECT (SELECT row_to_json(t2) AS row_to_json_1
FROM (SELECT t1.slug AS "slug", coalesce(t1.name ->> 'sv', t1.name ->> 'sv-t-fi-t0-und', t1.name ->> 'sv-t-en-t0-und', t1.name ->> 'fi', t1.name ->> 'en', ilmio_any_text(t1.name)) AS "name", coalesce(t1.unit ->> 'sv', t1.unit ->> 'sv-t-fi-t0-und', t1.unit ->> 'sv-t-en-t0-und', t1.unit ->> 'fi', t1.unit ->> 'en', ilmio_any_text(t1.unit)) AS "unit", t1.decimals AS "decimals"
FROM indicator AS t1
WHERE t1.is_public AND t1.id IN (SELECT external_id.record_id
FROM external_id
WHERE external_id.scheme = $1::VARCHAR AND external_id.value = $2::VARCHAR)
 LIMIT 1) AS t2) AS r0, (SELECT row_to_json(t4) AS row_to_json_2
FROM (SELECT t3.id AS "id"
FROM initiative AS t3
WHERE t3.is_public AND t3.kind = 'PILOT' AND t3.slug = $3::VARCHAR
 LIMIT 1) AS t4) AS r1, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
