SELECT convert_to(concat('{"nodes":[', (SELECT string_agg(concat('{"slug":"', o$1.slug, '","version":', o$1.version, ',"aNameThatIsSoLongThatPostgreSQLWouldCutItWhenItStoodAloneAsAColumn":"', o$1.id, '"}'), ',') FROM (SELECT o$1.slug, o$1.version, o$1.id
FROM organisation AS o$1
WHERE o$1.is_public ORDER BY o$1.sort_key, o$1.id
 LIMIT 1) AS o$1), ']}'), 'UTF8') AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
