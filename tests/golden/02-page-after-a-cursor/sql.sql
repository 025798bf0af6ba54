-- $1 = '2024-01-01'
-- $2 = 'x'
SELECT (SELECT row_to_json(x8) FROM (SELECT (SELECT count(*) AS count_1
FROM initiative AS i2
WHERE i2.is_public AND i2.kind = 'PROJECT') AS "totalCount", x6.c1 AS "edges", (SELECT row_to_json(x7) FROM (SELECT x6.more AS "hasNextPage", true AS "hasPreviousPage", x6."startCursor" AS "startCursor", x6."endCursor" AS "endCursor") AS x7) AS "pageInfo"
FROM (SELECT coalesce(json_agg(x5.c1 ORDER BY x5.number) FILTER (WHERE x5.number <= 2), '[]'::json) AS c1, count(*) > 2 AS more, (array_agg(x5.cursor ORDER BY x5.number) FILTER (WHERE x5.number <= 2))[1] AS "startCursor", (array_agg(x5.cursor ORDER BY x5.number DESC) FILTER (WHERE x5.number <= 2))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, x4.cursor AS cursor, x4.c1 AS c1
FROM (SELECT ilmio_cursor('initiative.STARTS_ON.asc'::text, CAST(i1.starts_on AS TEXT), i1.id) AS cursor, (SELECT row_to_json(x3) FROM (SELECT ilmio_cursor('initiative.STARTS_ON.asc'::text, CAST(i1.starts_on AS TEXT), i1.id) AS "cursor", (SELECT row_to_json(x2) FROM (SELECT i1.slug AS "slug", CASE WHEN (i1.period_start IS NOT NULL OR i1.period_end IS NOT NULL OR i1.period_open_ended OR i1.period_as_recorded IS NOT NULL) THEN (SELECT row_to_json(x1) FROM (SELECT i1.period_start AS "start", i1.period_start_precision AS "startPrecision") AS x1) END AS "period") AS x2) AS "node") AS x3) AS c1
FROM initiative AS i1
WHERE i1.is_public AND i1.kind = 'PROJECT' AND (i1.starts_on, i1.id) > (CAST($1::VARCHAR AS TEXT) :: date, $2::VARCHAR) ORDER BY i1.starts_on, i1.id
 LIMIT 3) AS x4) AS x5) AS x6) AS x8) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
