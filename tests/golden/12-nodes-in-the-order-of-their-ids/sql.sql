-- $1 = ['phenomenon_5jw1t99rnybwpvvyjxs21h4qkj', 'nothing', 'area_36yq8995kjaqqv3fd3y2f7k45f', 'phenomenon_5jw1t99rnybwpvvyjxs21h4qkj']
SELECT convert_to(concat('[', (SELECT string_agg(concat(coalesce((SELECT CASE WHEN (r$1.kind = 'AREA') THEN (SELECT concat('{"__typename":"Area","id":"', a$1.id, '","code":"', a$1.code, '"}') AS item
FROM area AS a$1
WHERE a$1.id = r$1.id) WHEN (r$1.kind = 'PHENOMENON') THEN (SELECT concat('{"__typename":"Phenomenon","id":"', p$1.id, '","slug":"', p$1.slug, '"}') AS item
FROM phenomenon AS p$1
WHERE p$1.is_public AND p$1.id = r$1.id) WHEN (r$1.kind = 'ORGANISATION') THEN (SELECT concat('{"__typename":"Organisation","id":"', o$1.id, '","slug":"', o$1.slug, '"}') AS item
FROM organisation AS o$1
WHERE o$1.is_public AND o$1.id = r$1.id) WHEN (r$1.kind = 'PILOT') THEN (SELECT concat('{"__typename":"Pilot","id":"', i$1.id, '","slug":"', i$1.slug, '"}') AS item
FROM initiative AS i$1
WHERE i$1.is_public AND i$1.kind = 'PILOT' AND i$1.id = r$1.id) WHEN (r$1.kind = 'PROJECT') THEN (SELECT concat('{"__typename":"Project","id":"', i$2.id, '","slug":"', i$2.slug, '"}') AS item
FROM initiative AS i$2
WHERE i$2.is_public AND i$2.kind = 'PROJECT' AND i$2.id = r$1.id) WHEN (r$1.kind = 'REGIONAL_PROGRAMME') THEN (SELECT concat('{"__typename":"RegionalProgramme","id":"', i$3.id, '","slug":"', i$3.slug, '"}') AS item
FROM initiative AS i$3
WHERE i$3.is_public AND i$3.kind = 'REGIONAL_PROGRAMME' AND i$3.id = r$1.id) WHEN (r$1.kind = 'COLLECTION') THEN (SELECT concat('{"__typename":"Collection","id":"', i$4.id, '","slug":"', i$4.slug, '"}') AS item
FROM initiative AS i$4
WHERE i$4.is_public AND i$4.kind = 'COLLECTION' AND i$4.id = r$1.id) WHEN (r$1.kind = 'OPERATING_MODEL') THEN (SELECT concat('{"__typename":"OperatingModel","id":"', om$1.id, '","slug":"', om$1.slug, '"}') AS item
FROM operating_model AS om$1
WHERE om$1.is_public AND om$1.id = r$1.id) WHEN (r$1.kind = 'IMPLEMENTATION') THEN (SELECT concat('{"__typename":"Implementation","id":"', i$5.id, '","slug":"', i$5.slug, '"}') AS item
FROM implementation AS i$5
WHERE i$5.is_public AND i$5.id = r$1.id) WHEN (r$1.kind = 'PRINCIPLE_SET') THEN (SELECT concat('{"__typename":"PrincipleSet","id":"', ps$1.id, '","slug":"', ps$1.slug, '"}') AS item
FROM principle_set AS ps$1
WHERE ps$1.is_public AND ps$1.id = r$1.id) WHEN (r$1.kind = 'LEARNING') THEN (SELECT concat('{"__typename":"Learning","id":"', l$1.id, '","slug":"', l$1.slug, '"}') AS item
FROM learning AS l$1
WHERE l$1.is_public AND l$1.id = r$1.id) WHEN (r$1.kind = 'IMPACT_FIGURE') THEN (SELECT concat('{"__typename":"ImpactFigure","id":"', if$1.id, '","slug":"', if$1.slug, '"}') AS item
FROM impact_figure AS if$1
WHERE if$1.is_public AND if$1.id = r$1.id) WHEN (r$1.kind = 'INDICATOR') THEN (SELECT concat('{"__typename":"Indicator","id":"', i$6.id, '","slug":"', i$6.slug, '"}') AS item
FROM indicator AS i$6
WHERE i$6.is_public AND i$6.id = r$1.id) WHEN (r$1.kind = 'EVENT_SERIES') THEN (SELECT concat('{"__typename":"EventSeries","id":"', es$1.id, '","slug":"', es$1.slug, '"}') AS item
FROM event_series AS es$1
WHERE es$1.is_public AND es$1.id = r$1.id) WHEN (r$1.kind = 'EVENT') THEN (SELECT concat('{"__typename":"Event","id":"', e$1.id, '","slug":"', e$1.slug, '"}') AS item
FROM event AS e$1
WHERE e$1.is_public AND e$1.id = r$1.id) WHEN (r$1.kind = 'NETWORK') THEN (SELECT concat('{"__typename":"Network","id":"', n$1.id, '","slug":"', n$1.slug, '"}') AS item
FROM network AS n$1
WHERE n$1.is_public AND n$1.id = r$1.id) END AS item
FROM record AS r$1
WHERE r$1.is_public AND r$1.id = x$1.id), 'null')), ',') FROM (SELECT x$1.id
FROM unnest($1::VARCHAR[]) WITH ORDINALITY AS x$1(id, place)) AS x$1), ']'), 'UTF8') AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
