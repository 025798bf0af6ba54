-- $1 = ['koulupudokkuus']
SELECT (SELECT row_to_json(x6) FROM (SELECT (SELECT coalesce(json_agg(x5), '[]'::json) FROM (SELECT (SELECT row_to_json(x2) FROM (SELECT (SELECT count(*) AS count_1
FROM organisation AS o1
WHERE o1.is_public AND o1.id IN (SELECT p2.organisation_id
FROM initiative_phenomenon AS ip1 JOIN initiative AS i1 ON i1.id = ip1.initiative_id JOIN participation AS p2 ON p2.initiative_id = i1.id
WHERE ip1.phenomenon_id = p1.id AND i1.is_public)) AS "totalCount", (SELECT coalesce(json_agg(x1), '[]'::json) FROM (SELECT o2.slug AS "slug"
FROM organisation AS o2
WHERE o2.is_public AND o2.id IN (SELECT p3.organisation_id
FROM initiative_phenomenon AS ip2 JOIN initiative AS i2 ON i2.id = ip2.initiative_id JOIN participation AS p3 ON p3.initiative_id = i2.id
WHERE ip2.phenomenon_id = p1.id AND i2.is_public) ORDER BY o2.sort_key, o2.id
 LIMIT 3) AS x1) AS "nodes") AS x2) AS "organisations", (SELECT row_to_json(x4) FROM (SELECT (SELECT coalesce(json_agg(x3), '[]'::json) FROM (SELECT n1.slug AS "slug"
FROM network AS n1 JOIN network_phenomenon AS np1 ON np1.network_id = n1.id
WHERE n1.is_public AND np1.phenomenon_id = p1.id ORDER BY n1.sort_key, n1.id
 LIMIT 1) AS x3) AS "nodes") AS x4) AS "networks"
FROM phenomenon AS p1
WHERE p1.is_public AND p1.slug = ANY ($1::VARCHAR[]) ORDER BY p1.sort_key, p1.id
 LIMIT 2) AS x5) AS "nodes") AS x6) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
