-- $1 = '2024-01-01'
-- $2 = 'x'
SELECT (SELECT row_to_json(t10) AS row_to_json_1
FROM (SELECT (SELECT count(*) AS count_1
FROM initiative AS t8
WHERE t8.is_public AND t8.kind = 'PROJECT') AS "totalCount", t7.c1 AS "edges", (SELECT row_to_json(t9) AS row_to_json_2
FROM (SELECT t7.more AS "hasNextPage", true AS "hasPreviousPage", t7."startCursor" AS "startCursor", t7."endCursor" AS "endCursor") AS t9) AS "pageInfo"
FROM (SELECT coalesce(json_agg(t6.c1 ORDER BY t6.number) FILTER (WHERE t6.number <= 2), '[]'::json) AS c1, count(*) > 2 AS more, (array_agg(t6.cursor ORDER BY t6.number) FILTER (WHERE t6.number <= 2))[1] AS "startCursor", (array_agg(t6.cursor ORDER BY t6.number DESC) FILTER (WHERE t6.number <= 2))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, t5.cursor AS cursor, t5.c1 AS c1
FROM (SELECT ilmio_cursor('initiative.STARTS_ON.asc'::text, CAST(t1.starts_on AS TEXT), t1.id) AS cursor, (SELECT row_to_json(t4) AS row_to_json_3
FROM (SELECT ilmio_cursor('initiative.STARTS_ON.asc'::text, CAST(t1.starts_on AS TEXT), t1.id) AS "cursor", (SELECT row_to_json(t3) AS row_to_json_4
FROM (SELECT t1.slug AS "slug", CASE WHEN (t1.period_start IS NOT NULL OR t1.period_end IS NOT NULL OR t1.period_open_ended OR t1.period_as_recorded IS NOT NULL) THEN (SELECT row_to_json(t2) AS row_to_json_5
FROM (SELECT t1.period_start AS "start", t1.period_start_precision AS "startPrecision") AS t2) END AS "period") AS t3) AS "node") AS t4) AS c1
FROM initiative AS t1
WHERE t1.is_public AND t1.kind = 'PROJECT' AND (t1.starts_on, t1.id) > (CAST($1::VARCHAR AS TEXT) :: date, $2::VARCHAR) ORDER BY t1.starts_on, t1.id
 LIMIT 3) AS t5) AS t6) AS t7) AS t10) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
