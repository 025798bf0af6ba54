"""The audit log of an organisation.

Owns: the page with its filters, and the export as a file.
Does not own: the log (`domain.accounts.audit`).
"""

from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.responses import Response, StreamingResponse

from ilmio_api.access.scopes import Scope
from ilmio_api.console.place import place
from ilmio_api.console.visits import Visit
from ilmio_api.domain.accounts import audit
from ilmio_api.domain.accounts.audit import ExportForm
from ilmio_api.domain.accounts.vocabulary import AuditAction
from ilmio_api.domain.outcomes import Refused

_FILTERS = ("action", "actor", "since", "until")
_MEDIA_TYPES = {ExportForm.JSON_LINES: ("application/jsonl", "jsonl"), ExportForm.CSV: ("text/csv", "csv")}


async def show(visit: Visit) -> Response:
    """Show the events that fit the filters, newest first."""
    asked = {name: visit.asked(name) for name in _FILTERS}
    actions = [asked["action"]] if asked["action"] in set(AuditAction) else None
    span = {"from": _begin(asked["since"]), "to": _end(asked["until"])}
    filters = {
        "actions": actions,
        "actors": [asked["actor"]] if asked["actor"] else None,
        "at": {name: moment.isoformat() for name, moment in span.items() if moment} or None,
    }
    here = await place(
        visit,
        "audit",
        personal=("members",),
        after=visit.asked("after") or None,
        filter={name: value for name, value in filters.items() if value},
    )
    if not (here.may(Scope.AUDIT_READ) or visit.principal.elevated):
        raise HTTPException(404)
    words = visit.words
    people = [each["account"] for each in here.account["members"]["nodes"] if each["account"]]
    programs = [each for name in ("clients", "apiKeys") for each in here.account[name]["nodes"]]
    return here.page(
        "audit.html",
        events=here.account["auditLog"],
        actions=sorted(((each.value, words.actions[each.value]) for each in AuditAction), key=lambda pair: pair[1]),
        actors=[(each["id"], each["name"] or words.audit.erased) for each in people],
        programs={each["id"]: each["name"] for each in programs},
        again=f"{here.root}/audit?{urlencode({name: value for name, value in asked.items() if value})}",
        exports=here.may(Scope.AUDIT_READ) or visit.principal.elevated,
        values=asked,
    )


async def export(visit: Visit) -> Response:
    """Send the log of the organisation as a file, as it is read."""
    return await _exported(visit, visit.part("organisation"))


async def export_of_service(visit: Visit) -> Response:
    """Send the log of what belongs to no organisation."""
    return await _exported(visit, None)


async def _exported(visit: Visit, organisation: str | None) -> Response:
    """Send a log as a file."""
    form = visit.form
    kind = next((each for each in ExportForm if each.value == form.text("form")), None)
    if kind is None:
        raise HTTPException(400)
    begun = await visit.change(
        lambda session: audit.begin_export(
            session,
            visit.occasion,
            organisation,
            kind,
            since=_begin(form.text("since")),
            until=_end(form.text("until")),
        )
    )
    if isinstance(begun, Refused):
        raise HTTPException(404)
    media_type, suffix = _MEDIA_TYPES[kind]
    name = f"ilmio-audit-{visit.at:%Y-%m-%d}.{suffix}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    lines = audit.exported(visit.console.engine, begun)
    return visit.answer(StreamingResponse(lines, media_type=media_type, headers=headers))


def _begin(text: str) -> datetime | None:
    """Return the beginning of a day, or None when the text is no day."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        return None


def _end(text: str) -> datetime | None:
    """Return the beginning of the day after a day, or None when the text is no day."""
    begin = _begin(text)
    # The last day of all has no day after it.
    return begin + timedelta(days=1) if begin and begin.year < 9_999 else None  # noqa: PLR2004 - `datetime.MAXYEAR`
