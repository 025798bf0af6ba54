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
SELECT convert_to(concat('{"totalCount":', (SELECT count(*) AS count_1
FROM initiative AS i$1
WHERE i$1.is_public AND (EXISTS (SELECT 1
FROM area_reach AS ar$1 JOIN initiative_area AS ia$1 ON ia$1.area_id = ar$1.inner_id
WHERE ia$1.initiative_id = i$1.id AND ar$1.outer_id = (SELECT area.id
FROM area
WHERE area.code = $1::VARCHAR))) AND (i$1.period && daterange(CAST($2::VARCHAR AS TEXT) :: date, NULL::date, '[]')) AND (i$1.id IN (SELECT record.id
FROM record
WHERE record.document @@ (SELECT ilmio_query($3::VARCHAR) AS ilmio_query_1)) OR (EXISTS (SELECT 1
FROM phenomenon AS p$1 JOIN initiative_phenomenon AS ip$1 ON ip$1.phenomenon_id = p$1.id
WHERE p$1.is_public AND ip$1.initiative_id = i$1.id AND p$1.slug = ANY ($4::VARCHAR[])))) AND NOT coalesce(i$1.status = ANY ($5::VARCHAR[]), false)), ',"nodes":[', (SELECT string_agg(concat(coalesce(CASE WHEN (i$2.kind = 'PILOT') THEN concat('{"__typename":"Pilot","slug":"', i$2.slug, '"}') WHEN (i$2.kind = 'PROJECT') THEN concat('{"__typename":"Project","slug":"', i$2.slug, '"}') WHEN (i$2.kind = 'REGIONAL_PROGRAMME') THEN concat('{"__typename":"RegionalProgramme","slug":"', i$2.slug, '"}') WHEN (i$2.kind = 'COLLECTION') THEN concat('{"__typename":"Collection","slug":"', i$2.slug, '"}') END, 'null')), ',') FROM (SELECT i$2.kind, i$2.slug
FROM initiative AS i$2
WHERE i$2.is_public AND (EXISTS (SELECT 1
FROM area_reach AS ar$2 JOIN initiative_area AS ia$2 ON ia$2.area_id = ar$2.inner_id
WHERE ia$2.initiative_id = i$2.id AND ar$2.outer_id = (SELECT area.id
FROM area
WHERE area.code = $6::VARCHAR))) AND (i$2.period && daterange(CAST($7::VARCHAR AS TEXT) :: date, NULL::date, '[]')) AND (i$2.id IN (SELECT record.id
FROM record
WHERE record.document @@ (SELECT ilmio_query($8::VARCHAR) AS ilmio_query_2)) OR (EXISTS (SELECT 1
FROM phenomenon AS p$2 JOIN initiative_phenomenon AS ip$2 ON ip$2.phenomenon_id = p$2.id
WHERE p$2.is_public AND ip$2.initiative_id = i$2.id AND p$2.slug = ANY ($9::VARCHAR[])))) AND NOT coalesce(i$2.status = ANY ($10::VARCHAR[]), false) ORDER BY i$2.sort_key, i$2.id
 LIMIT 5) AS i$2), ']}'), 'UTF8') AS r0, ARRAY[NOT (EXISTS (SELECT 1
FROM area
WHERE area.code = $11::VARCHAR))] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
