"""The directory of records: triggers that keep one line per record for search, provenance and lookup by id.

Revision: 0003
Follows: 0002
"""

from collections.abc import Sequence

from alembic import op

revision: str = "0003"
down_revision: str | Sequence[str] | None = "0002"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

# The kind is a constant, or the value of the column named after `=`. The first text is the title; A weighs most.
RECORDS = {
    "area": ("AREA", "A:name"),
    "phenomenon": ("PHENOMENON", "A:name B:definition B:root_causes C:description C:drivers"),
    "organisation": ("ORGANISATION", "A:name B:description B:focus_areas"),
    "initiative": (
        "=kind",
        "A:title B:summary B:purpose B:theme B:question C:description C:starting_situation C:hypothesis C:method",
    ),
    "operating_model": (
        "OPERATING_MODEL",
        "A:title B:summary C:adoption_conditions C:facilitator_criteria C:evaluation_summary C:tips",
    ),
    "implementation": ("IMPLEMENTATION", "A:title C:adaptations C:evidence"),
    "principle_set": ("PRINCIPLE_SET", "A:title B:description B:guiding_questions"),
    "learning": ("LEARNING", "A:text C:phase"),
    "impact_figure": ("IMPACT_FIGURE", "A:statement B:service_line C:population"),
    "indicator": ("INDICATOR", "A:name B:definition C:limitations"),
    "event_series": ("EVENT_SERIES", "A:title B:description C:methods"),
    "event": ("EVENT", "A:title B:theme B:description"),
    "network": ("NETWORK", "A:name B:purpose B:target_group"),
}

FUNCTION = """
CREATE FUNCTION ilmio_index_record() RETURNS trigger LANGUAGE plpgsql AS $function$
DECLARE
    line jsonb := to_jsonb(NEW);
    kind text := TG_ARGV[0];
    found tsvector := '';
    part text;
    texts jsonb;
    title jsonb;
BEGIN
    IF kind LIKE '=%' THEN
        kind := line ->> substr(kind, 2);
    END IF;
    FOREACH part IN ARRAY string_to_array(TG_ARGV[1], ' ') LOOP
        texts := line -> substr(part, 3);
        IF jsonb_typeof(texts) = 'array' THEN
            SELECT found || coalesce(string_agg(ilmio_document(item)::text, ' ')::tsvector, '') INTO found
            FROM jsonb_array_elements(texts) AS item;
        ELSIF jsonb_typeof(texts) = 'object' THEN
            title := coalesce(title, texts);
            found := found || setweight(ilmio_document(texts), substr(part, 1, 1)::"char");
        END IF;
    END LOOP;
    INSERT INTO record (id, kind, title, is_public, owner_id, document)
    VALUES (NEW.id, kind, title, coalesce((line ->> 'is_public')::boolean, true), line ->> 'owner_id', found)
    ON CONFLICT (id) DO UPDATE SET
        kind = excluded.kind,
        title = excluded.title,
        is_public = excluded.is_public,
        owner_id = excluded.owner_id,
        document = excluded.document;
    RETURN NULL;
END
$function$
"""

FORGET = """
CREATE FUNCTION ilmio_forget_record() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    DELETE FROM record WHERE id = OLD.id;
    RETURN NULL;
END
$function$
"""


def upgrade() -> None:
    op.execute(FUNCTION)
    op.execute(FORGET)
    for table, (kind, texts) in RECORDS.items():
        op.execute(
            f"CREATE TRIGGER {table}_indexed AFTER INSERT OR UPDATE ON {table}"
            f" FOR EACH ROW EXECUTE FUNCTION ilmio_index_record('{kind}', '{texts}')"
        )
        op.execute(
            f"CREATE TRIGGER {table}_forgotten AFTER DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION ilmio_forget_record()"
        )


def downgrade() -> None:
    for table in RECORDS:
        op.execute(f"DROP TRIGGER {table}_indexed ON {table}")
        op.execute(f"DROP TRIGGER {table}_forgotten ON {table}")
    op.execute("DROP FUNCTION ilmio_index_record()")
    op.execute("DROP FUNCTION ilmio_forget_record()")
