-- $1 = 'EVK03'
-- $2 = '2015-01-01'
-- $3 = 'koulu'
-- $4 = ['koulupudokkuus']
-- $5 = ['PLANNED']
-- $6 = 'EVK03'
-- $7 = '2015-01-01'
-- $8 = 'koulu'
-- $9 = ['koulupudokkuus']
-- $10 = ['PLANNED']
-- $11 = 'EVK03'
-- $12 = 'EVK03'
SELECT (SELECT row_to_json(t12) AS row_to_json_1
FROM (SELECT (SELECT count(*) AS count_1
FROM initiative AS t1
WHERE t1.is_public AND t1.id IN (SELECT initiative_area_1.initiative_id
FROM initiative_area AS initiative_area_1
WHERE initiative_area_1.area_id IN (SELECT area_reach.inner_id
FROM area_reach JOIN area ON area.id = area_reach.outer_id
WHERE area.code = $1::VARCHAR)) AND (t1.period && daterange(CAST($2::VARCHAR AS TEXT) :: date, NULL::date, '[]')) AND (t1.id IN (SELECT record.id
FROM record
WHERE record.document @@ ilmio_query($3::VARCHAR)) OR (EXISTS (SELECT 1
FROM phenomenon AS t2 JOIN initiative_phenomenon AS t3 ON t3.phenomenon_id = t2.id
WHERE t2.is_public AND t3.initiative_id = t1.id AND t2.slug = ANY ($4::VARCHAR[])))) AND NOT coalesce(t1.status = ANY ($5::VARCHAR[]), false)) AS "totalCount", (SELECT coalesce(json_agg(t11.node), '[]'::json) AS coalesce_1
FROM (SELECT CASE WHEN (t4.kind = 'PILOT'::text) THEN (SELECT row_to_json(t5) AS row_to_json_2
FROM (SELECT 'Pilot'::text AS "__typename", t4.slug AS "slug") AS t5) WHEN (t4.kind = 'PROJECT'::text) THEN (SELECT row_to_json(t6) AS row_to_json_3
FROM (SELECT 'Project'::text AS "__typename", t4.slug AS "slug") AS t6) WHEN (t4.kind = 'REGIONAL_PROGRAMME'::text) THEN (SELECT row_to_json(t7) AS row_to_json_4
FROM (SELECT 'RegionalProgramme'::text AS "__typename", t4.slug AS "slug") AS t7) WHEN (t4.kind = 'COLLECTION'::text) THEN (SELECT row_to_json(t8) AS row_to_json_5
FROM (SELECT 'Collection'::text AS "__typename", t4.slug AS "slug") AS t8) END AS node
FROM initiative AS t4
WHERE t4.is_public AND t4.id IN (SELECT initiative_area_2.initiative_id
FROM initiative_area AS initiative_area_2
WHERE initiative_area_2.area_id IN (SELECT area_reach.inner_id
FROM area_reach JOIN area ON area.id = area_reach.outer_id
WHERE area.code = $6::VARCHAR)) AND (t4.period && daterange(CAST($7::VARCHAR AS TEXT) :: date, NULL::date, '[]')) AND (t4.id IN (SELECT record.id
FROM record
WHERE record.document @@ ilmio_query($8::VARCHAR)) OR (EXISTS (SELECT 1
FROM phenomenon AS t9 JOIN initiative_phenomenon AS t10 ON t10.phenomenon_id = t9.id
WHERE t9.is_public AND t10.initiative_id = t4.id AND t9.slug = ANY ($9::VARCHAR[])))) AND NOT coalesce(t4.status = ANY ($10::VARCHAR[]), false) ORDER BY t4.sort_key, t4.id
 LIMIT 5) AS t11) AS "nodes") AS t12) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $11::VARCHAR)), NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $12::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
