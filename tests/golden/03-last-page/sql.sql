SELECT (SELECT row_to_json(t7) AS row_to_json_1
FROM (SELECT t5.c0 AS "nodes", (SELECT row_to_json(t6) AS row_to_json_2
FROM (SELECT false AS "hasNextPage", t5.more AS "hasPreviousPage") AS t6) AS "pageInfo"
FROM (SELECT coalesce(json_agg(t4.c0 ORDER BY t4.number DESC) FILTER (WHERE t4.number <= 2), '[]'::json) AS c0, count(*) > 2 AS more, (array_agg(t4.cursor ORDER BY t4.number DESC) FILTER (WHERE t4.number <= 2))[1] AS "startCursor", (array_agg(t4.cursor ORDER BY t4.number) FILTER (WHERE t4.number <= 2))[1] AS "endCursor"
FROM (SELECT row_number() OVER () AS number, t3.cursor AS cursor, t3.c0 AS c0
FROM (SELECT ilmio_cursor('area.CODE.desc'::text, CAST(t1.code AS TEXT), t1.id) AS cursor, (SELECT row_to_json(t2) AS row_to_json_3
FROM (SELECT t1.code AS "code", coalesce(t1.name ->> 'sv', t1.name ->> 'sv-t-fi-t0-und', t1.name ->> 'sv-t-en-t0-und', t1.name ->> 'fi', t1.name ->> 'en', ilmio_any_text(t1.name)) AS "name") AS t2) AS c0
FROM area AS t1
WHERE t1.kind = 'REGION' ORDER BY t1.code, t1.id
 LIMIT 3) AS t3) AS t4) AS t5) AS t7) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
