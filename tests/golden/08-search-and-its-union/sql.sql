-- $1 = 'koulupudokkuus'
-- $2 = 'koulupudokkuus'
-- $3 = ['PHENOMENON', 'PILOT', 'OPERATING_MODEL']
-- $4 = 'koulupudokkuus'
SELECT convert_to(concat((SELECT concat('{"edges":[', string_agg(x$1.c0, ',' ORDER BY x$1.number) FILTER (WHERE x$1.number <= 3), ']}') FROM (SELECT row_number() OVER () AS number, ilmio_cursor('record.RANK.desc', CAST(round(CAST(ts_rank(r$1.document, (SELECT ilmio_query($1::VARCHAR) AS ilmio_query_1)) AS NUMERIC), 6) AS TEXT), r$1.id) AS cursor, concat('{"cursor":"', ilmio_cursor('record.RANK.desc', CAST(round(CAST(ts_rank(r$1.document, (SELECT ilmio_query($1::VARCHAR) AS ilmio_query_1)) AS NUMERIC), 6) AS TEXT), r$1.id), '","node":', coalesce(CASE WHEN (r$1.kind = 'PHENOMENON') THEN (SELECT concat('{"__typename":"Phenomenon","slug":"', p$1.slug, '","name":', coalesce(to_json(coalesce(p$1.name ->> 'sv', p$1.name ->> 'sv-t-fi-t0-und', p$1.name ->> 'sv-t-en-t0-und', p$1.name ->> 'fi', p$1.name ->> 'en', ilmio_any_text(p$1.name))), 'null'), '}') AS item
FROM phenomenon AS p$1
WHERE p$1.is_public AND p$1.id = r$1.id) WHEN (r$1.kind = 'PILOT') THEN (SELECT concat('{"__typename":"Pilot","slug":"', i$1.slug, '"}') AS item
FROM initiative AS i$1
WHERE i$1.is_public AND i$1.kind = 'PILOT' AND i$1.id = r$1.id) WHEN (r$1.kind = 'OPERATING_MODEL') THEN (SELECT concat('{"__typename":"OperatingModel","slug":"', om$1.slug, '"}') AS item
FROM operating_model AS om$1
WHERE om$1.is_public AND om$1.id = r$1.id) END, 'null'), '}') AS c0 FROM (SELECT r$1.document, r$1.id, r$1.kind
FROM record AS r$1
WHERE r$1.is_public AND (r$1.document @@ (SELECT ilmio_query($2::VARCHAR) AS ilmio_query_2)) AND r$1.kind = ANY ($3::VARCHAR[]) ORDER BY round(CAST(ts_rank(r$1.document, (SELECT ilmio_query($4::VARCHAR) AS ilmio_query_3)) AS NUMERIC), 6) DESC, r$1.id DESC
 LIMIT 4) AS r$1) AS x$1 HAVING true)), 'UTF8') AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
