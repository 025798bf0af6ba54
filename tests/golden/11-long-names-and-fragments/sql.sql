SELECT (SELECT row_to_json(t3) AS row_to_json_1
FROM (SELECT (SELECT coalesce(json_agg(t2.node), '[]'::json) AS coalesce_1
FROM (SELECT CAST((((((('{'::text || '"slug":'::text) || coalesce(CAST(to_json(t1.slug) AS TEXT), 'null'::text)) || ',"version":'::text) || coalesce(CAST(to_json(t1.version) AS TEXT), 'null'::text)) || ',"aNameThatIsSoLongThatPostgreSQLWouldCutItWhenItStoodAloneAsAColumn":'::text) || coalesce(CAST(to_json(t1.id) AS TEXT), 'null'::text)) || '}'::text AS JSON) AS node
FROM organisation AS t1
WHERE t1.is_public ORDER BY t1.sort_key, t1.id
 LIMIT 1) AS t2) AS "nodes") AS t3) AS r0, NULL::boolean[] AS checks, concat(pg_current_snapshot(), ' ', (now() AT TIME ZONE 'Europe/Helsinki')::date) AS state
