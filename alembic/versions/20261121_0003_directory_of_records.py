"""The directory of records: triggers that keep one line per record for search, provenance and lookup by id.

Beside them, the triggers that keep in other lines what their lists are ordered and filtered by: in those of
initiatives, and in observations the code of the area, which never changes.

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
    INSERT INTO record (id, kind, title, is_public, owner_id, deleted_at, document)
    VALUES (
        NEW.id, kind, title, coalesce((line ->> 'is_public')::boolean, true), line ->> 'owner_id',
        (line ->> 'deleted_at')::timestamptz, found
    )
    ON CONFLICT (id) DO UPDATE SET
        kind = excluded.kind,
        title = excluded.title,
        is_public = excluded.is_public,
        owner_id = excluded.owner_id,
        deleted_at = excluded.deleted_at,
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

LINES = {"initiative_area": "area", "initiative_phenomenon": "phenomenon"}
COPIES = ("kind", "status", "is_public", "sort_key", "starts_on")

# The locks make what changes at the same moment wait, so that it finds the new line and changes it, too.
COPY = """
CREATE FUNCTION ilmio_copy_into_{line}() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    SELECT {columns} INTO {copies} FROM initiative WHERE id = NEW.initiative_id FOR SHARE;
    SELECT sort_key INTO NEW.{target}_sort_key FROM {target} WHERE id = NEW.{target}_id FOR SHARE;
    RETURN NEW;
END
$function$
"""

PASS_ON = f"""
CREATE FUNCTION ilmio_pass_on_initiative() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    {"".join(f"UPDATE {line} SET initiative_id = NEW.id WHERE initiative_id = NEW.id;" for line in LINES)}
    RETURN NULL;
END
$function$
"""  # noqa: S608 - constants

RENAMED = """
CREATE FUNCTION ilmio_pass_on_name_of_{target}() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    UPDATE {line} SET {target}_id = NEW.id WHERE {target}_id = NEW.id;
    RETURN NULL;
END
$function$
"""

# Runs after the copying of the name, which has locked the area.
COUNTY = """
CREATE FUNCTION ilmio_copy_county() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    NEW.county_id := (SELECT county_id FROM area_reach WHERE inner_id = NEW.area_id AND outer_id = county_id);
    RETURN NEW;
END
$function$
"""

# The lock waits for lines that are being written with the county of before, and lets later ones wait.
MOVED = """
CREATE FUNCTION ilmio_pass_on_county() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    IF OLD.outer_id = OLD.county_id OR NEW.outer_id = NEW.county_id THEN
        PERFORM FROM area WHERE id IN (OLD.inner_id, NEW.inner_id) FOR NO KEY UPDATE;
        UPDATE initiative_area SET area_id = area_id WHERE area_id IN (OLD.inner_id, NEW.inner_id);
    END IF;
    RETURN NULL;
END
$function$
"""

CODE = """
CREATE FUNCTION ilmio_copy_area_code() RETURNS trigger LANGUAGE plpgsql AS $function$
BEGIN
    SELECT code INTO NEW.area_code FROM area WHERE id = NEW.area_id;
    RETURN NEW;
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
    op.execute(PASS_ON)
    copies = ", ".join(f"NEW.{name}" for name in COPIES)
    for line, target in LINES.items():
        op.execute(COPY.format(line=line, target=target, columns=", ".join(COPIES), copies=copies))
        op.execute(RENAMED.format(line=line, target=target))
        op.execute(
            f"CREATE TRIGGER {line}_copied BEFORE INSERT OR UPDATE ON {line}"
            f" FOR EACH ROW EXECUTE FUNCTION ilmio_copy_into_{line}()"
        )
        op.execute(
            f"CREATE TRIGGER {target}_passed_on AFTER UPDATE ON {target} FOR EACH ROW"
            f" WHEN (OLD.sort_key <> NEW.sort_key) EXECUTE FUNCTION ilmio_pass_on_name_of_{target}()"
        )
    op.execute(COUNTY)
    op.execute(MOVED)
    op.execute(
        "CREATE TRIGGER initiative_area_county_copied BEFORE INSERT OR UPDATE ON initiative_area"
        " FOR EACH ROW EXECUTE FUNCTION ilmio_copy_county()"
    )
    op.execute(
        "CREATE TRIGGER area_reach_passed_on AFTER INSERT OR UPDATE OR DELETE ON area_reach"
        " FOR EACH ROW EXECUTE FUNCTION ilmio_pass_on_county()"
    )
    op.execute(CODE)
    op.execute(
        "CREATE TRIGGER observation_copied BEFORE INSERT OR UPDATE ON observation"
        " FOR EACH ROW EXECUTE FUNCTION ilmio_copy_area_code()"
    )
    old, new = (", ".join(f"{row}.{name}" for name in COPIES) for row in ("OLD", "NEW"))
    op.execute(
        "CREATE TRIGGER initiative_passed_on AFTER UPDATE ON initiative"
        f" FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) EXECUTE FUNCTION ilmio_pass_on_initiative()"
    )


def downgrade() -> None:
    op.execute("DROP TRIGGER initiative_passed_on ON initiative")
    op.execute("DROP TRIGGER observation_copied ON observation")
    op.execute("DROP FUNCTION ilmio_copy_area_code()")
    op.execute("DROP TRIGGER area_reach_passed_on ON area_reach")
    op.execute("DROP TRIGGER initiative_area_county_copied ON initiative_area")
    op.execute("DROP FUNCTION ilmio_pass_on_county()")
    op.execute("DROP FUNCTION ilmio_copy_county()")
    for line, target in LINES.items():
        op.execute(f"DROP TRIGGER {target}_passed_on ON {target}")
        op.execute(f"DROP TRIGGER {line}_copied ON {line}")
        op.execute(f"DROP FUNCTION ilmio_pass_on_name_of_{target}()")
        op.execute(f"DROP FUNCTION ilmio_copy_into_{line}()")
    op.execute("DROP FUNCTION ilmio_pass_on_initiative()")
    for table in RECORDS:
        op.execute(f"DROP TRIGGER {table}_indexed ON {table}")
        op.execute(f"DROP TRIGGER {table}_forgotten ON {table}")
    op.execute("DROP FUNCTION ilmio_index_record()")
    op.execute("DROP FUNCTION ilmio_forget_record()")
