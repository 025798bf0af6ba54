SELECT (SELECT row_to_json(x$6) FROM (SELECT x$4.c0 AS "nodes", (SELECT row_to_json(x$5) FROM (SELECT false AS "hasNextPage", x$4.more AS "hasPreviousPage") AS x$5) AS "pageInfo"
FROM (SELECT coalesce(json_agg(x$3.c0 ORDER BY x$3.number DESC) FILTER (WHERE x$3.number <= 2), '[]'::json) AS c0, count(*) > 2 AS more, (array_agg(x$3.cursor ORDER BY x$3.number DESC) FILTER (WHERE x$3.number <= 2))[1] AS "startCursor", (array_agg(x$3.cursor ORDER BY x$3.number) FILTER (WHERE x$3.number <= 2))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, x$2.cursor AS cursor, x$2.c0 AS c0
FROM (SELECT ilmio_cursor('area.CODE.desc'::text, CAST(a$1.code AS TEXT), a$1.id) AS cursor, (SELECT row_to_json(x$1) FROM (SELECT a$1.code AS "code", coalesce(a$1.name ->> 'sv', a$1.name ->> 'sv-t-fi-t0-und', a$1.name ->> 'sv-t-en-t0-und', a$1.name ->> 'fi', a$1.name ->> 'en', ilmio_any_text(a$1.name)) AS "name") AS x$1) AS c0
FROM area AS a$1
WHERE a$1.kind = 'REGION' ORDER BY a$1.code, a$1.id
 LIMIT 3) AS x$2) AS x$3) AS x$4) AS x$6) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
