-- $1 = ['koulupudokkuus']
SELECT convert_to(concat('{"nodes":[', (SELECT string_agg(concat('{"organisations":{"totalCount":', (SELECT count(*) AS count_1
FROM organisation AS o$1
WHERE o$1.is_public AND o$1.id IN (SELECT p$2.organisation_id
FROM initiative_phenomenon AS ip$1 JOIN initiative AS i$1 ON i$1.id = ip$1.initiative_id JOIN participation AS p$2 ON p$2.initiative_id = i$1.id
WHERE ip$1.phenomenon_id = p$1.id AND i$1.is_public)), ',"nodes":[', (SELECT string_agg(concat('{"slug":"', o$2.slug, '"}'), ',') FROM (SELECT o$2.slug
FROM (SELECT x$3.key AS key, x$3.id AS id
FROM (SELECT o$3.sort_key AS key, o$3.id AS id
FROM organisation AS o$3 JOIN (SELECT DISTINCT p$3.organisation_id AS organisation_id
FROM (SELECT ip$2.initiative_id AS initiative_id, ip$2.phenomenon_id AS phenomenon_id, ip$2.phenomenon_sort_key AS phenomenon_sort_key, ip$2.kind AS kind, ip$2.status AS status, ip$2.is_public AS is_public, ip$2.sort_key AS sort_key, ip$2.starts_on AS starts_on
FROM initiative_phenomenon AS ip$2
WHERE ip$2.phenomenon_id = p$1.id
 LIMIT 1000) AS x$1 JOIN initiative AS i$2 ON i$2.id = x$1.initiative_id JOIN participation AS p$3 ON p$3.initiative_id = i$2.id
WHERE i$2.is_public AND NOT (EXISTS (SELECT 1
FROM initiative_phenomenon AS ip$3
WHERE ip$3.phenomenon_id = p$1.id
 LIMIT 1 OFFSET 999))) AS x$2 ON x$2.organisation_id = o$3.id
WHERE o$3.is_public ORDER BY o$3.sort_key, o$3.id
 LIMIT 3) AS x$3 UNION ALL SELECT x$4.key AS key, x$4.id AS id
FROM (SELECT o$4.sort_key AS key, o$4.id AS id
FROM organisation AS o$4
WHERE o$4.is_public AND (EXISTS (SELECT 1
FROM initiative_phenomenon AS ip$5
WHERE ip$5.phenomenon_id = p$1.id
 LIMIT 1 OFFSET 999)) AND (SELECT true AS anon_1
FROM initiative_phenomenon AS ip$4 JOIN initiative AS i$3 ON i$3.id = ip$4.initiative_id JOIN participation AS p$4 ON p$4.initiative_id = i$3.id
WHERE ip$4.phenomenon_id = p$1.id AND i$3.is_public AND p$4.organisation_id = o$4.id
 LIMIT 1) ORDER BY o$4.sort_key, o$4.id
 LIMIT 3) AS x$4) AS x$5 JOIN organisation AS o$2 ON o$2.id = x$5.id
WHERE o$2.is_public ORDER BY x$5.key, x$5.id) AS o$2), ']},"networks":{"nodes":[', (SELECT string_agg(concat('{"slug":"', n$1.slug, '"}'), ',') FROM (SELECT n$1.slug
FROM network AS n$1 JOIN network_phenomenon AS np$1 ON np$1.network_id = n$1.id
WHERE n$1.is_public AND np$1.phenomenon_id = p$1.id ORDER BY n$1.sort_key, n$1.id
 LIMIT 1) AS n$1), ']}}'), ',') FROM (SELECT p$1.id
FROM phenomenon AS p$1
WHERE p$1.is_public AND p$1.slug = ANY ($1::VARCHAR[]) ORDER BY p$1.sort_key, p$1.id
 LIMIT 2) AS p$1), ']}'), 'UTF8') AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
