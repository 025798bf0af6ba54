"""The statements of the floor: for each scenario one that makes the whole answer, written by hand.

Owns: the SQL.
Does not own: serving it (`server`).

They are as fast as we could make them: text is concatenated instead of built by JSON functions, a translated text
is taken out of its JSONB map as JSON (`title->'fi'`), so that nothing is escaped twice, and lists of a pilot are
correlated subqueries on an index. The answers have the form of Ilmiö API's answers.
"""

_PUBLIC = "i.is_public AND i.kind = 'PILOT'"
_BY_TITLE = f"""FROM initiative i WHERE {_PUBLIC} AND (i.sort_key, i.id) > ($1, $2)
  ORDER BY i.sort_key, i.id LIMIT"""
_SCALARS = """concat('{"id":"', i.id, '","slug":"', i.slug, '","title":', i.title->'fi',
  ',"status":"', i.status, '","stage":"', i.stage, '"}') AS t"""


def _areas(link: str, key: str, owner: str) -> str:
    """Return the subquery for the areas that a link table has for an owner."""
    return f"""(SELECT string_agg(t, ',') FROM (
      SELECT concat('{{"code":"', a.code, '","name":', a.name->'fi', '}}') AS t
      FROM {link} l JOIN area a ON a.id = l.area_id
      WHERE l.{key} = {owner} ORDER BY a.sort_key, a.id LIMIT 20) x)"""  # noqa: S608  # constants


def _list(rows: str) -> str:
    """Return the statement that puts rows of JSON text into the answer."""
    return f"""SELECT concat('{{"data":{{"pilots":{{"nodes":[', string_agg(e.t, ','), ']}}}}}}') FROM ({rows}) e"""  # noqa: S608  # constants


ONE = f"""SELECT concat('{{"data":{{"pilot":', t, '}}}}') FROM (
  SELECT {_SCALARS} FROM initiative i WHERE {_PUBLIC} AND i.id = $1) e"""  # noqa: S608  # constants

FLAT = _list(f"SELECT {_SCALARS} {_BY_TITLE} 20")

ROWS = _list(f"SELECT {_SCALARS} {_BY_TITLE} 2000")

NESTED = _list(
    f"""SELECT concat('{{"id":"', i.id, '","title":', i.title->'fi', ',"status":"', i.status, '","areas":{{"nodes":[',
    {_areas("initiative_area", "initiative_id", "i.id")},
    ']}},"leadOrganisation":',
    coalesce((SELECT concat('{{"id":"', o.id, '","name":', o.name->'fi', '}}')
      FROM organisation o WHERE o.is_public AND o.id = i.lead_organisation_id), 'null'),
    ',"phenomena":{{"nodes":[',
    (SELECT string_agg(t, ',') FROM (
      SELECT concat('{{"id":"', p.id, '","name":', p.name->'fi', '}}') AS t
      FROM initiative_phenomenon l JOIN phenomenon p ON p.id = l.phenomenon_id AND p.is_public
      WHERE l.initiative_id = i.id ORDER BY p.sort_key, p.id LIMIT 20) x),
    ']}}}}') AS t
  {_BY_TITLE} 20"""  # noqa: S608  # constants
)

DEEP = _list(
    f"""SELECT concat('{{"id":"', i.id, '","title":', i.title->'fi', ',"participations":{{"nodes":[',
    (SELECT string_agg(t, ',') FROM (
      SELECT concat('{{"role":"', p.role, '","organisation":', coalesce((
        SELECT concat('{{"id":"', o.id, '","name":', o.name->'fi', ',"areas":{{"nodes":[',
          {_areas("organisation_area", "organisation_id", "o.id")}, ']}}}}')
        FROM organisation o WHERE o.is_public AND o.id = p.organisation_id), 'null'), '}}') AS t
      FROM participation p WHERE p.initiative_id = i.id ORDER BY p.ordinal, p.id LIMIT 20) x),
    ']}}}}') AS t
  {_BY_TITLE} 20"""  # noqa: S608  # constants
)

FILTER = f"""WITH found AS MATERIALIZED (
    SELECT i.id, i.starts_on FROM initiative i WHERE {_PUBLIC} AND i.status = $2 AND i.id IN (
      SELECT l.initiative_id FROM initiative_area l
      JOIN area_reach r ON r.inner_id = l.area_id JOIN area a ON a.id = r.outer_id WHERE a.code = $1)),
  page AS (SELECT id, starts_on FROM found ORDER BY starts_on DESC, id DESC LIMIT 20)
  SELECT concat('{{"data":{{"pilots":{{"totalCount":', (SELECT count(*) FROM found),
    ',"nodes":[', string_agg(e.t, ','), ']}}}}}}')
  FROM (SELECT {_SCALARS} FROM page JOIN initiative i USING (id) ORDER BY page.starts_on DESC, id DESC) e"""  # noqa: S608  # constants

SEARCH = """SELECT concat('{"data":{"search":{"nodes":[', string_agg(e.t, ','), ']}}}') FROM (
  SELECT concat('{"id":"', r.id, '","title":', r.title->'fi', '}') AS t
  FROM record r, ilmio_query($1) q
  WHERE r.is_public AND r.kind = 'PILOT' AND r.document @@ q
  ORDER BY round(ts_rank(r.document, q)::numeric, 6) DESC, r.id DESC LIMIT 20) e"""

BY_SCENARIO = {
    "one": ONE,
    "flat": FLAT,
    "nested": NESTED,
    "deep": DEEP,
    "rows": ROWS,
    "filter": FILTER,
    "search": SEARCH,
}
"""Statement by scenario. Lists by title take the sort key and id that they come after; empty ones mean the start."""
