SELECT (SELECT row_to_json(x6) FROM (SELECT x4.c0 AS "nodes", (SELECT row_to_json(x5) FROM (SELECT false AS "hasNextPage", x4.more AS "hasPreviousPage") AS x5) AS "pageInfo"
FROM (SELECT coalesce(json_agg(x3.c0 ORDER BY x3.number DESC) FILTER (WHERE x3.number <= 2), '[]'::json) AS c0, count(*) > 2 AS more, (array_agg(x3.cursor ORDER BY x3.number DESC) FILTER (WHERE x3.number <= 2))[1] AS "startCursor", (array_agg(x3.cursor ORDER BY x3.number) FILTER (WHERE x3.number <= 2))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, x2.cursor AS cursor, x2.c0 AS c0
FROM (SELECT ilmio_cursor('area.CODE.desc'::text, CAST(a1.code AS TEXT), a1.id) AS cursor, (SELECT row_to_json(x1) FROM (SELECT a1.code AS "code", coalesce(a1.name ->> 'sv', a1.name ->> 'sv-t-fi-t0-und', a1.name ->> 'sv-t-en-t0-und', a1.name ->> 'fi', a1.name ->> 'en', ilmio_any_text(a1.name)) AS "name") AS x1) AS c0
FROM area AS a1
WHERE a1.kind = 'REGION' ORDER BY a1.code, a1.id
 LIMIT 3) AS x2) AS x3) AS x4) AS x6) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
