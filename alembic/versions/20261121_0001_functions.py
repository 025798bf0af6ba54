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
    "ilmio_texts(texts jsonb, language text) RETURNS text": """
        SELECT ilmio_lower(string_agg(entry.value, ' '))
        FROM jsonb_each_text(texts) AS entry
        WHERE entry.key = language OR entry.key LIKE language || '-%'
    """,
    # Stems in three languages beside the words as they are, which the prefix search needs.
    "ilmio_document(texts jsonb) RETURNS tsvector": """
        SELECT to_tsvector('pg_catalog.finnish', coalesce(ilmio_texts(texts, 'fi'), ''))
            || to_tsvector('pg_catalog.swedish', coalesce(ilmio_texts(texts, 'sv'), ''))
            || to_tsvector('pg_catalog.english', coalesce(ilmio_texts(texts, 'en'), ''))
            || to_tsvector('pg_catalog.simple', coalesce(
                (SELECT ilmio_lower(string_agg(entry.value, ' ')) FROM jsonb_each_text(texts) AS entry), ''))
    """,
    # All words in the same language, or the beginnings of all words as they are written. The stemmer leaves many Finnish
    # inflections apart (koulupudokkuus, koulupudokkuuden), so words lose the length of a usual ending: four letters of a long one, two of others.
    "ilmio_query(given text) RETURNS tsquery": """
        SELECT websearch_to_tsquery('pg_catalog.finnish', words.lowered)
            || websearch_to_tsquery('pg_catalog.swedish', words.lowered)
            || websearch_to_tsquery('pg_catalog.english', words.lowered)
            || to_tsquery('pg_catalog.simple', coalesce(
                (SELECT string_agg(
                    '''' || left(word, CASE WHEN length(word) > 9 THEN -4 WHEN length(word) > 5 THEN -2 ELSE 5 END) || ''':*', ' & ')
                 FROM regexp_split_to_table(words.lowered, '[\\s!-/:-@\\[-`{-~]+') AS word
                 WHERE word <> ''), ''))
        FROM (SELECT ilmio_lower(given) AS lowered) AS words
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
