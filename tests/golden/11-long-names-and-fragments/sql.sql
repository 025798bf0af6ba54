SELECT (SELECT row_to_json(x2) FROM (SELECT (SELECT coalesce(json_agg(x1.node), '[]'::json) FROM (SELECT CAST((((((('{'::text || '"slug":'::text) || coalesce(CAST(to_json(o1.slug) AS TEXT), 'null'::text)) || ',"version":'::text) || coalesce(CAST(to_json(o1.version) AS TEXT), 'null'::text)) || ',"aNameThatIsSoLongThatPostgreSQLWouldCutItWhenItStoodAloneAsAColumn":'::text) || coalesce(CAST(to_json(o1.id) AS TEXT), 'null'::text)) || '}'::text AS JSON) AS node
FROM organisation AS o1
WHERE o1.is_public ORDER BY o1.sort_key, o1.id
 LIMIT 1) AS x1) AS "nodes") AS x2) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
