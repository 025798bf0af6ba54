SELECT (SELECT row_to_json(x$2) FROM (SELECT (SELECT coalesce(json_agg(x$1.node), '[]'::json) FROM (SELECT CAST((((((('{'::text || '"slug":'::text) || coalesce(CAST(to_json(o$1.slug) AS TEXT), 'null'::text)) || ',"version":'::text) || coalesce(CAST(to_json(o$1.version) AS TEXT), 'null'::text)) || ',"aNameThatIsSoLongThatPostgreSQLWouldCutItWhenItStoodAloneAsAColumn":'::text) || coalesce(CAST(to_json(o$1.id) AS TEXT), 'null'::text)) || '}'::text AS JSON) AS node
FROM organisation AS o$1
WHERE o$1.is_public ORDER BY o$1.sort_key, o$1.id
 LIMIT 1) AS x$1) AS "nodes") AS x$2) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
