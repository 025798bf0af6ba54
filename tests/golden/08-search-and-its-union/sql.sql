-- $1 = 'koulupudokkuus'
-- $2 = 'koulupudokkuus'
-- $3 = ['PHENOMENON', 'PILOT', 'OPERATING_MODEL']
-- $4 = 'koulupudokkuus'
SELECT (SELECT row_to_json(x$8) FROM (SELECT x$7.c0 AS "edges"
FROM (SELECT coalesce(json_agg(x$6.c0 ORDER BY x$6.number) FILTER (WHERE x$6.number <= 3), '[]'::json) AS c0, count(*) > 3 AS more, (array_agg(x$6.cursor ORDER BY x$6.number) FILTER (WHERE x$6.number <= 3))[1] AS "startCursor", (array_agg(x$6.cursor ORDER BY x$6.number DESC) FILTER (WHERE x$6.number <= 3))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, x$5.cursor AS cursor, x$5.c0 AS c0
FROM (SELECT ilmio_cursor('record.RANK.desc'::text, CAST(round(CAST(ts_rank(r$1.document, (SELECT ilmio_query($1::VARCHAR) AS ilmio_query_1)) AS NUMERIC), 6) AS TEXT), r$1.id) AS cursor, (SELECT row_to_json(x$4) FROM (SELECT ilmio_cursor('record.RANK.desc'::text, CAST(round(CAST(ts_rank(r$1.document, (SELECT ilmio_query($1::VARCHAR) AS ilmio_query_1)) AS NUMERIC), 6) AS TEXT), r$1.id) AS "cursor", CASE WHEN (r$1.kind = 'PHENOMENON'::text) THEN (SELECT row_to_json(x$1) FROM (SELECT 'Phenomenon'::text AS "__typename", p$1.slug AS "slug", coalesce(p$1.name ->> 'sv', p$1.name ->> 'sv-t-fi-t0-und', p$1.name ->> 'sv-t-en-t0-und', p$1.name ->> 'fi', p$1.name ->> 'en', ilmio_any_text(p$1.name)) AS "name"
FROM phenomenon AS p$1
WHERE p$1.is_public AND p$1.id = r$1.id) AS x$1) WHEN (r$1.kind = 'PILOT'::text) THEN (SELECT row_to_json(x$2) FROM (SELECT 'Pilot'::text AS "__typename", i$1.slug AS "slug"
FROM initiative AS i$1
WHERE i$1.is_public AND i$1.kind = 'PILOT' AND i$1.id = r$1.id) AS x$2) WHEN (r$1.kind = 'OPERATING_MODEL'::text) THEN (SELECT row_to_json(x$3) FROM (SELECT 'OperatingModel'::text AS "__typename", om$1.slug AS "slug"
FROM operating_model AS om$1
WHERE om$1.is_public AND om$1.id = r$1.id) AS x$3) END AS "node") AS x$4) AS c0
FROM record AS r$1
WHERE r$1.is_public AND (r$1.document @@ (SELECT ilmio_query($2::VARCHAR) AS ilmio_query_2)) AND r$1.kind = ANY ($3::VARCHAR[]) ORDER BY round(CAST(ts_rank(r$1.document, (SELECT ilmio_query($4::VARCHAR) AS ilmio_query_3)) AS NUMERIC), 6) DESC, r$1.id DESC
 LIMIT 4) AS x$5) AS x$6) AS x$7) AS x$8) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
