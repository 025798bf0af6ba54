-- $1 = 'koulupudokkuus'
-- $2 = 'koulupudokkuus'
-- $3 = ['PHENOMENON', 'PILOT', 'OPERATING_MODEL']
-- $4 = 'koulupudokkuus'
SELECT (SELECT row_to_json(x8) FROM (SELECT x7.c0 AS "edges"
FROM (SELECT coalesce(json_agg(x6.c0 ORDER BY x6.number) FILTER (WHERE x6.number <= 3), '[]'::json) AS c0, count(*) > 3 AS more, (array_agg(x6.cursor ORDER BY x6.number) FILTER (WHERE x6.number <= 3))[1] AS "startCursor", (array_agg(x6.cursor ORDER BY x6.number DESC) FILTER (WHERE x6.number <= 3))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, x5.cursor AS cursor, x5.c0 AS c0
FROM (SELECT ilmio_cursor('record.RANK.desc'::text, CAST(round(CAST(ts_rank(r1.document, (SELECT ilmio_query($1::VARCHAR) AS ilmio_query_1)) AS NUMERIC), 6) AS TEXT), r1.id) AS cursor, (SELECT row_to_json(x4) FROM (SELECT ilmio_cursor('record.RANK.desc'::text, CAST(round(CAST(ts_rank(r1.document, (SELECT ilmio_query($1::VARCHAR) AS ilmio_query_1)) AS NUMERIC), 6) AS TEXT), r1.id) AS "cursor", CASE WHEN (r1.kind = 'PHENOMENON'::text) THEN (SELECT row_to_json(x1) FROM (SELECT 'Phenomenon'::text AS "__typename", p1.slug AS "slug", coalesce(p1.name ->> 'sv', p1.name ->> 'sv-t-fi-t0-und', p1.name ->> 'sv-t-en-t0-und', p1.name ->> 'fi', p1.name ->> 'en', ilmio_any_text(p1.name)) AS "name"
FROM phenomenon AS p1
WHERE p1.is_public AND p1.id = r1.id) AS x1) WHEN (r1.kind = 'PILOT'::text) THEN (SELECT row_to_json(x2) FROM (SELECT 'Pilot'::text AS "__typename", i1.slug AS "slug"
FROM initiative AS i1
WHERE i1.is_public AND i1.kind = 'PILOT' AND i1.id = r1.id) AS x2) WHEN (r1.kind = 'OPERATING_MODEL'::text) THEN (SELECT row_to_json(x3) FROM (SELECT 'OperatingModel'::text AS "__typename", om1.slug AS "slug"
FROM operating_model AS om1
WHERE om1.is_public AND om1.id = r1.id) AS x3) END AS "node") AS x4) AS c0
FROM record AS r1
WHERE r1.is_public AND (r1.document @@ (SELECT ilmio_query($2::VARCHAR) AS ilmio_query_2)) AND r1.kind = ANY ($3::VARCHAR[]) ORDER BY round(CAST(ts_rank(r1.document, (SELECT ilmio_query($4::VARCHAR) AS ilmio_query_3)) AS NUMERIC), 6) DESC, r1.id DESC
 LIMIT 4) AS x5) AS x6) AS x7) AS x8) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
