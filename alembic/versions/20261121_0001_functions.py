"""Functions on localised text, sorting, searching and cursors.

They are IMMUTABLE because generated columns and indexes use them. A change to one of them needs the columns and indexes
rebuilt: write a migration that replaces the function under a new name and moves its users.

Revision: 0001
Follows: nothing
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0001"
down_revision: str | Sequence[str] | None = None
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

FUNCTIONS = {
    # PostgreSQL's lower() knows only ASCII in the locale "C", which the embedded server uses.
    "ilmio_lower(given text) RETURNS text": """
        SELECT translate(lower(given), 'ÅÄÖÆØÕÜÉÈÁÀÂČĐŊŠŦŽ', 'åäöæøõüéèáàâčđŋšŧž')
    """,
    "ilmio_any_text(texts jsonb) RETURNS text": """
        SELECT entry.value FROM jsonb_each_text(texts) AS entry ORDER BY entry.key LIMIT 1
    """,
    # Finnish order: å ä ö after z, accented letters as their base letters. In the collation "C", the characters
    # { | } follow z. The key comes from the base language, so that a list keeps its order in every language.
    "ilmio_sort_key(texts jsonb) RETURNS text": """
        SELECT translate(
            ilmio_lower(coalesce(texts ->> 'fi', texts ->> 'sv', texts ->> 'en', ilmio_any_text(texts), '')),
            'åäöæøõüéèáàâčđŋšŧž',
            '{|}|}}yeeaaacdnstz'
        )
    """,
    # Stems in three languages beside the words as they are, which the prefix search needs. Small letters are most of the
    # work; OFFSET 0 keeps the planner from making them once for each of the four.
    "ilmio_document(texts jsonb) RETURNS tsvector": """
        SELECT to_tsvector('pg_catalog.finnish',
                coalesce(string_agg(entry.value, ' ') FILTER (WHERE key = 'fi' OR key LIKE 'fi-%'), ''))
            || to_tsvector('pg_catalog.swedish',
                coalesce(string_agg(entry.value, ' ') FILTER (WHERE key = 'sv' OR key LIKE 'sv-%'), ''))
            || to_tsvector('pg_catalog.english',
                coalesce(string_agg(entry.value, ' ') FILTER (WHERE key = 'en' OR key LIKE 'en-%'), ''))
            || to_tsvector('pg_catalog.simple', coalesce(string_agg(entry.value, ' '), ''))
        FROM (SELECT key, ilmio_lower(value) AS value FROM jsonb_each_text(texts) OFFSET 0) AS entry
    """,
    # All wanted words in the same language, or the beginnings of all of them as they are written, and none of the unwanted
    # ones in any language. The stemmer leaves many Finnish inflections apart (koulupudokkuus, koulupudokkuuden), so words
    # lose the length of a usual ending: four letters of a long one, two of others. Beginnings would loosen what quotes and
    # OR say, so they are left out there. Whatever is left out is NULL: an empty query costs a notice each time.
    "ilmio_query(given text) RETURNS tsquery": """
        SELECT coalesce(found && !!(websearch_to_tsquery('pg_catalog.finnish', unwanted)
            || websearch_to_tsquery('pg_catalog.swedish', unwanted)
            || websearch_to_tsquery('pg_catalog.english', unwanted)), found)
        FROM (SELECT unwanted, coalesce(stems || to_tsquery('pg_catalog.simple', beginnings), stems) AS found
            FROM (SELECT unwanted,
                    websearch_to_tsquery('pg_catalog.finnish', wanted)
                        || websearch_to_tsquery('pg_catalog.swedish', wanted)
                        || websearch_to_tsquery('pg_catalog.english', wanted) AS stems,
                    (SELECT string_agg(
                        '''' || left(word, CASE WHEN length(word) > 9 THEN -4 WHEN length(word) > 5 THEN -2 ELSE 5 END)
                            || ''':*', ' & ')
                    FROM regexp_split_to_table(wanted, '[\\s!-/:-@\\[-`{-~]+') AS word
                    WHERE word <> '' AND wanted !~ '"|\\mor\\M') AS beginnings
                FROM (SELECT coalesce(string_agg(term, ' ') FILTER (WHERE term NOT LIKE '-%'), '') AS wanted,
                        string_agg(ltrim(term, '-'), ' or ') FILTER (WHERE term LIKE '-%') AS unwanted
                    FROM (SELECT match[1] AS term
                        FROM regexp_matches(ilmio_lower(given), '-?"[^"]*"?|[^\\s"]+', 'g') AS match) AS terms
                    ) AS words
                ) AS readings
            ) AS together
    """,
    # A Finnish business id: seven digits, and a check digit that makes their weighted sum divisible by eleven. Where it
    # would take ten, there is no such id.
    "ilmio_is_business_id(given text) RETURNS boolean": """
        SELECT CASE WHEN given ~ '^\\d{7}-\\d$' THEN
            (SELECT (sum(weight * substr(given, place::int, 1)::int) + right(given, 1)::int) % 11 = 0
            FROM unnest(ARRAY[7, 9, 10, 5, 8, 4, 2]) WITH ORDINALITY AS digit(weight, place)) ELSE false END
    """,
    # The same form as `compiler.paging` reads: base64url of [list, key, id].
    "ilmio_cursor(list text, key text, id text) RETURNS text": """
        SELECT translate(encode(convert_to(json_build_array(list, key, id)::text, 'UTF8'), 'base64'), E'+/=\\n', '-_')
    """,
}


def upgrade() -> None:
    for signature, body in FUNCTIONS.items():
        op.execute(
            f"CREATE FUNCTION {signature} LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $function$ {body} $function$"
        )


def downgrade() -> None:
    for signature in reversed(FUNCTIONS):
        op.execute(f"DROP FUNCTION {signature.split(' RETURNS')[0]}")
