-- $1 = '2024-01-01'
-- $2 = 'x'
SELECT (SELECT row_to_json(x$8) FROM (SELECT (SELECT count(*) AS count_1
FROM initiative AS i$2
WHERE i$2.is_public AND i$2.kind = 'PROJECT') AS "totalCount", x$6.c1 AS "edges", (SELECT row_to_json(x$7) FROM (SELECT x$6.more AS "hasNextPage", true AS "hasPreviousPage", x$6."startCursor" AS "startCursor", x$6."endCursor" AS "endCursor") AS x$7) AS "pageInfo"
FROM (SELECT coalesce(json_agg(x$5.c1 ORDER BY x$5.number) FILTER (WHERE x$5.number <= 2), '[]'::json) AS c1, count(*) > 2 AS more, (array_agg(x$5.cursor ORDER BY x$5.number) FILTER (WHERE x$5.number <= 2))[1] AS "startCursor", (array_agg(x$5.cursor ORDER BY x$5.number DESC) FILTER (WHERE x$5.number <= 2))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, x$4.cursor AS cursor, x$4.c1 AS c1
FROM (SELECT ilmio_cursor('initiative.STARTS_ON.asc'::text, CAST(i$1.starts_on AS TEXT), i$1.id) AS cursor, (SELECT row_to_json(x$3) FROM (SELECT ilmio_cursor('initiative.STARTS_ON.asc'::text, CAST(i$1.starts_on AS TEXT), i$1.id) AS "cursor", (SELECT row_to_json(x$2) FROM (SELECT i$1.slug AS "slug", CASE WHEN (i$1.period_start IS NOT NULL OR i$1.period_end IS NOT NULL OR i$1.period_open_ended OR i$1.period_as_recorded IS NOT NULL) THEN (SELECT row_to_json(x$1) FROM (SELECT i$1.period_start AS "start", i$1.period_start_precision AS "startPrecision") AS x$1) END AS "period") AS x$2) AS "node") AS x$3) AS c1
FROM initiative AS i$1
WHERE i$1.is_public AND i$1.kind = 'PROJECT' AND (i$1.starts_on, i$1.id) > (CAST($1::VARCHAR AS TEXT) :: date, $2::VARCHAR) ORDER BY i$1.starts_on, i$1.id
 LIMIT 3) AS x$4) AS x$5) AS x$6) AS x$8) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
