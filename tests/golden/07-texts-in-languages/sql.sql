SELECT (SELECT row_to_json(t10) AS row_to_json_1
FROM (SELECT (SELECT coalesce(json_agg(t9), '[]'::json) AS coalesce_1
FROM (SELECT coalesce(t1.name ->> 'sv', t1.name ->> 'sv-t-fi-t0-und', t1.name ->> 'sv-t-en-t0-und', t1.name ->> 'fi', t1.name ->> 'en', ilmio_any_text(t1.name)) AS "name", coalesce(t1.name ->> 'fi', t1.name ->> 'fi-t-sv-t0-und', t1.name ->> 'fi-t-en-t0-und', t1.name ->> 'sv', t1.name ->> 'en', ilmio_any_text(t1.name)) AS "finnish", coalesce(t1.definition ->> 'fi-simple', t1.definition ->> 'fi', t1.definition ->> 'fi-t-sv-t0-und', t1.definition ->> 'fi-t-en-t0-und', t1.definition ->> 'sv', t1.definition ->> 'en', ilmio_any_text(t1.definition)) AS "easy", coalesce((SELECT json_agg(coalesce(t2.value ->> 'en', t2.value ->> 'en-t-fi-t0-und', t2.value ->> 'en-t-sv-t0-und', t2.value ->> 'fi', t2.value ->> 'sv', ilmio_any_text(t2.value))) AS json_agg_1
FROM jsonb_array_elements(t1.root_causes) AS t2), '[]'::json) AS "rootCauses", coalesce((SELECT json_agg(upper(anon_1.tag)) AS json_agg_2
FROM unnest(ARRAY['fi','sv','en','se','smn','sms']) WITH ORDINALITY AS anon_1(tag, place)
WHERE coalesce((t1.name ? anon_1.tag), false) OR coalesce((t1.definition ? anon_1.tag), false) OR coalesce((t1.description ? anon_1.tag), false)), '[]'::json) AS "languages", (SELECT coalesce(json_agg(t8), '[]'::json) AS coalesce_2
FROM (SELECT t7.field AS "field", t7.tag AS "tag", upper(split_part(t7.tag, '-', 1)) AS "language", CASE WHEN (t7.tag LIKE '%-simple') THEN 'EASY'::text WHEN (t7.tag LIKE '%-x-dialect') THEN 'DIALECT'::text ELSE 'STANDARD'::text END AS "register", CASE WHEN (t7.tag LIKE '%-t-%') THEN 'MACHINE'::text ELSE 'HUMAN'::text END AS "origin"
FROM (SELECT 0 AS place, 'name'::text AS field, t4.key AS tag, t4.value AS text
FROM jsonb_each_text(t1.name) AS t4 UNION ALL SELECT 1 AS place, 'definition'::text AS field, t5.key AS tag, t5.value AS text
FROM jsonb_each_text(t1.definition) AS t5 UNION ALL SELECT 2 AS place, 'description'::text AS field, t6.key AS tag, t6.value AS text
FROM jsonb_each_text(t1.description) AS t6) AS t7 ORDER BY t7.place, t7.tag) AS t8) AS "translations"
FROM phenomenon AS t1
WHERE t1.is_public ORDER BY t1.sort_key, t1.id
 LIMIT 1) AS t9) AS "nodes") AS t10) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
