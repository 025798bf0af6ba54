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
SELECT (SELECT row_to_json(x6) FROM (SELECT (SELECT count(*) AS count_1
FROM initiative AS i1
WHERE i1.is_public AND (EXISTS (SELECT 1
FROM area_reach AS ar1 JOIN initiative_area AS ia1 ON ia1.area_id = ar1.inner_id
WHERE ia1.initiative_id = i1.id AND ar1.outer_id = (SELECT area.id
FROM area
WHERE area.code = $1::VARCHAR))) AND (i1.period && daterange(CAST($2::VARCHAR AS TEXT) :: date, NULL::date, '[]')) AND (i1.id IN (SELECT record.id
FROM record
WHERE record.document @@ (SELECT ilmio_query($3::VARCHAR) AS ilmio_query_1)) OR (EXISTS (SELECT 1
FROM phenomenon AS p1 JOIN initiative_phenomenon AS ip1 ON ip1.phenomenon_id = p1.id
WHERE p1.is_public AND ip1.initiative_id = i1.id AND p1.slug = ANY ($4::VARCHAR[])))) AND NOT coalesce(i1.status = ANY ($5::VARCHAR[]), false)) AS "totalCount", (SELECT coalesce(json_agg(x5.node), '[]'::json) FROM (SELECT CASE WHEN (i2.kind = 'PILOT'::text) THEN (SELECT row_to_json(x1) FROM (SELECT 'Pilot'::text AS "__typename", i2.slug AS "slug") AS x1) WHEN (i2.kind = 'PROJECT'::text) THEN (SELECT row_to_json(x2) FROM (SELECT 'Project'::text AS "__typename", i2.slug AS "slug") AS x2) WHEN (i2.kind = 'REGIONAL_PROGRAMME'::text) THEN (SELECT row_to_json(x3) FROM (SELECT 'RegionalProgramme'::text AS "__typename", i2.slug AS "slug") AS x3) WHEN (i2.kind = 'COLLECTION'::text) THEN (SELECT row_to_json(x4) FROM (SELECT 'Collection'::text AS "__typename", i2.slug AS "slug") AS x4) END AS node
FROM initiative AS i2
WHERE i2.is_public AND (EXISTS (SELECT 1
FROM area_reach AS ar2 JOIN initiative_area AS ia2 ON ia2.area_id = ar2.inner_id
WHERE ia2.initiative_id = i2.id AND ar2.outer_id = (SELECT area.id
FROM area
WHERE area.code = $6::VARCHAR))) AND (i2.period && daterange(CAST($7::VARCHAR AS TEXT) :: date, NULL::date, '[]')) AND (i2.id IN (SELECT record.id
FROM record
WHERE record.document @@ (SELECT ilmio_query($8::VARCHAR) AS ilmio_query_2)) OR (EXISTS (SELECT 1
FROM phenomenon AS p2 JOIN initiative_phenomenon AS ip2 ON ip2.phenomenon_id = p2.id
WHERE p2.is_public AND ip2.initiative_id = i2.id AND p2.slug = ANY ($9::VARCHAR[])))) AND NOT coalesce(i2.status = ANY ($10::VARCHAR[]), false) ORDER BY i2.sort_key, i2.id
 LIMIT 5) AS x5) AS "nodes") AS x6) AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $11::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
