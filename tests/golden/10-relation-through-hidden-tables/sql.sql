-- $1 = ['koulupudokkuus']
SELECT (SELECT row_to_json(t17) AS row_to_json_1
FROM (SELECT (SELECT coalesce(json_agg(t16), '[]'::json) AS coalesce_1
FROM (SELECT (SELECT row_to_json(t11) AS row_to_json_2
FROM (SELECT (SELECT count(*) AS count_1
FROM organisation AS t2
WHERE t2.is_public AND t2.id IN (SELECT t5.organisation_id
FROM initiative_phenomenon AS t3 JOIN initiative AS t4 ON t4.id = t3.initiative_id JOIN participation AS t5 ON t5.initiative_id = t4.id
WHERE t3.phenomenon_id = t1.id AND t4.is_public)) AS "totalCount", (SELECT coalesce(json_agg(t10), '[]'::json) AS coalesce_2
FROM (SELECT t6.slug AS "slug"
FROM organisation AS t6
WHERE t6.is_public AND t6.id IN (SELECT t9.organisation_id
FROM initiative_phenomenon AS t7 JOIN initiative AS t8 ON t8.id = t7.initiative_id JOIN participation AS t9 ON t9.initiative_id = t8.id
WHERE t7.phenomenon_id = t1.id AND t8.is_public) ORDER BY t6.sort_key, t6.id
 LIMIT 3) AS t10) AS "nodes") AS t11) AS "organisations", (SELECT row_to_json(t15) AS row_to_json_3
FROM (SELECT (SELECT coalesce(json_agg(t14), '[]'::json) AS coalesce_3
FROM (SELECT t12.slug AS "slug"
FROM network AS t12 JOIN network_phenomenon AS t13 ON t13.network_id = t12.id
WHERE t12.is_public AND t13.phenomenon_id = t1.id ORDER BY t12.sort_key, t12.id
 LIMIT 1) AS t14) AS "nodes") AS t15) AS "networks"
FROM phenomenon AS t1
WHERE t1.is_public AND t1.slug = ANY ($1::VARCHAR[]) ORDER BY t1.sort_key, t1.id
 LIMIT 2) AS t16) AS "nodes") AS t17) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
