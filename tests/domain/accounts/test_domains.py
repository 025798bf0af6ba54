"""Mail domains of organisations and their proof."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, nullcontext
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine
from tests.domain.accounts.scene import OURS, THEIRS, WITHOUT_ACCOUNT, Scene

from ilmio_api.db.session import WriteSession, accounts_work
from ilmio_api.domain.accounts import domains
from ilmio_api.domain.accounts.domains import DomainAdded, DomainRemoved, DomainVerified, Works, canonical
from ilmio_api.domain.accounts.models import OrganisationAccount
from ilmio_api.domain.accounts.sign_in_models import VerifiedDomain
from ilmio_api.domain.accounts.vocabulary import AuditAction, MemberRole
from ilmio_api.domain.occasion import Occasion
from ilmio_api.domain.outcomes import Problem, ProblemCode, Refused, conflict, invalid, not_allowed, step_up_needed


class Records(dict[str, Sequence[str]]):
    """A name server that knows some TXT records."""

    async def __call__(self, name: str) -> Sequence[str]:
        return self.get(name, ())


def within(session: WriteSession) -> Works:
    """Let all units of work be one that is open already."""
    return lambda: nullcontext(session)


async def silence(_name: str) -> Sequence[str]:
    """Be a name server that does not answer."""
    raise OSError


@pytest.fixture
async def added(accounts: WriteSession, owner: Occasion) -> DomainAdded:
    """Provide a domain that was named and not proved."""
    outcome = await domains.add(accounts, owner, OURS, "yhdistys.example.fi")
    assert isinstance(outcome, DomainAdded)
    return outcome


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("example.fi", "example.fi"),
        (" Example.FI. ", "example.fi"),
        ("pääkaupunki.fi", "xn--pkaupunki-v2aa.fi"),
        ("PÄÄKAUPUNKI.fi", "xn--pkaupunki-v2aa.fi"),
        ("xn--pkaupunki-v2aa.fi", "xn--pkaupunki-v2aa.fi"),
        ("mail.kunta.example.fi", "mail.kunta.example.fi"),
        ("straße.example", "xn--strae-oqa.example"),
        ("example。fi", "example.fi"),
    ],
)
def test_a_domain_has_one_written_form(text: str, domain: str) -> None:
    assert canonical(text) == domain


@pytest.mark.parametrize(
    "text",
    [
        "",
        ".",
        "fi",
        "localhost",
        "192.0.2.1",
        "[192.0.2.1]",
        "2001:db8::1",
        "a..fi",
        ".example.fi",
        "example.fi..",
        "-a.fi",
        "a_b.fi",
        "*.example.fi",
        "a b.fi",
        "nimi@example.fi",
        "https://example.fi",
        "example.fi/x",
        "example.fi:80",
        "example.fi\x00",
        "xn--a.fi",
        "a" * 64 + ".fi",
        ("a" * 60 + ".") * 5 + "fi",
    ],
)
def test_what_is_no_domain_is_refused(text: str) -> None:
    assert canonical(text) is None


async def test_a_domain_is_named_with_a_record_to_put_there(
    accounts: WriteSession, scene: Scene, added: DomainAdded
) -> None:
    assert (added.domain, added.record_name) == ("yhdistys.example.fi", "_ilmio.yhdistys.example.fi")
    begin, _, random = added.record_value.partition("=")
    assert (begin, len(random), random.islower()) == ("ilmio-verification", 32, True)
    assert await domains.organisation_of(accounts, "yhdistys.example.fi") is None
    (event,) = await scene.events()
    assert (event.action, event.target_id, event.after) == (
        AuditAction.DOMAIN_ADDED,
        added.id,
        {"domain": "yhdistys.example.fi"},
    )


async def test_a_domain_is_proved_by_the_record(
    accounts: WriteSession, scene: Scene, owner: Occasion, added: DomainAdded
) -> None:
    records = Records({added.record_name: ["v=spf1 -all", f" {added.record_value} "]})

    assert await domains.verify(within(accounts), owner, added.id, records) == DomainVerified(added.id, added.domain)
    assert await domains.organisation_of(accounts, "Yhdistys.Example.fi") == OURS
    assert await domains.organisation_of(accounts, "mail.yhdistys.example.fi") is None
    assert await domains.organisation_of(accounts, "example.fi") is None
    assert [event.action for event in await scene.events()] == [AuditAction.DOMAIN_ADDED, AuditAction.DOMAIN_VERIFIED]


async def test_a_proved_domain_stays_proved_without_being_looked_for_again(
    accounts: WriteSession, scene: Scene, owner: Occasion, added: DomainAdded
) -> None:
    await domains.verify(within(accounts), owner, added.id, Records({added.record_name: [added.record_value]}))

    assert await domains.verify(within(accounts), owner, added.id, silence) == DomainVerified(added.id, added.domain)
    assert len(await scene.events()) == 2


async def test_no_unit_of_work_is_open_while_the_domain_name_system_is_asked(
    accounts: WriteSession, owner: Occasion, added: DomainAdded
) -> None:
    now_open: list[WriteSession] = []

    @asynccontextmanager
    async def work() -> AsyncIterator[WriteSession]:
        now_open.append(accounts)
        yield accounts
        now_open.clear()

    async def lookup(_name: str) -> Sequence[str]:
        assert now_open == []
        return [added.record_value]

    assert await domains.verify(work, owner, added.id, lookup) == DomainVerified(added.id, added.domain)


@pytest.mark.parametrize("records", [Records(), Records({"yhdistys.example.fi": ["ilmio-verification=x"]})])
async def test_without_the_record_nothing_is_proved(
    accounts: WriteSession, owner: Occasion, added: DomainAdded, records: Records
) -> None:
    refused = await domains.verify(within(accounts), owner, added.id, records)

    assert refused == conflict(ProblemCode.NOT_FOUND, "record", name=added.record_name, value=added.record_value)
    assert await domains.organisation_of(accounts, added.domain) is None


async def test_a_record_for_another_organisation_proves_nothing(
    accounts: WriteSession, scene: Scene, owner: Occasion, added: DomainAdded
) -> None:
    there = await scene.occasion(await scene.person(MemberRole.OWNER, THEIRS))
    theirs = await domains.add(accounts, there, THEIRS, added.domain)
    assert isinstance(theirs, DomainAdded)
    records = Records({theirs.record_name: [theirs.record_value]})

    refused = await domains.verify(within(accounts), owner, added.id, records)
    assert isinstance(refused, Refused)
    assert isinstance(await domains.verify(within(accounts), there, theirs.id, records), DomainVerified)
    assert await domains.organisation_of(accounts, added.domain) == THEIRS


async def test_a_domain_belongs_to_one_organisation(
    accounts: WriteSession, scene: Scene, owner: Occasion, added: DomainAdded
) -> None:
    there = await scene.occasion(await scene.person(MemberRole.OWNER, THEIRS))
    theirs = await domains.add(accounts, there, THEIRS, added.domain)
    assert isinstance(theirs, DomainAdded)
    records = Records({added.record_name: [added.record_value, theirs.record_value]})
    await domains.verify(within(accounts), owner, added.id, records)

    assert await domains.verify(within(accounts), there, theirs.id, records) == conflict(
        ProblemCode.ALREADY_EXISTS, "domain"
    )
    assert await domains.organisation_of(accounts, added.domain) == OURS
    row = await accounts.get_one(VerifiedDomain, theirs.id, populate_existing=True)
    assert row.verified_at is None
    assert [event.action for event in await scene.events(THEIRS)] == [AuditAction.DOMAIN_ADDED]


async def test_a_name_server_that_does_not_answer_proves_nothing(
    accounts: WriteSession, owner: Occasion, added: DomainAdded, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def slowness(_name: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    monkeypatch.setattr(domains, "_LOOKUP_S", 0.01)

    assert await domains.verify(within(accounts), owner, added.id, silence) == conflict(ProblemCode.TRY_LATER, "domain")
    assert await domains.verify(within(accounts), owner, added.id, slowness) == conflict(
        ProblemCode.TRY_LATER, "domain"
    )


async def test_a_domain_is_named_once_and_twenty_at_most(
    accounts: WriteSession, owner: Occasion, added: DomainAdded
) -> None:
    again = await domains.add(accounts, owner, OURS, "YHDISTYS.example.fi")
    for number in range(19):
        assert isinstance(await domains.add(accounts, owner, OURS, f"{number}.example.fi"), DomainAdded)

    assert again == conflict(ProblemCode.ALREADY_EXISTS, "domain")
    assert await domains.add(accounts, owner, OURS, "twenty-one.example.fi") == conflict(ProblemCode.TOO_MANY, most=20)
    assert await domains.add(accounts, owner, OURS, "localhost") == invalid(
        Problem(ProblemCode.NOT_A_DOMAIN, ("domain",))
    )
    assert await domains.remove(accounts, owner, added.id) == DomainRemoved(added.id)
    assert isinstance(await domains.add(accounts, owner, OURS, "twenty-one.example.fi"), DomainAdded)


async def test_a_removed_domain_means_nothing_any_more(
    accounts: WriteSession, scene: Scene, owner: Occasion, added: DomainAdded
) -> None:
    await domains.verify(within(accounts), owner, added.id, Records({added.record_name: [added.record_value]}))

    assert await domains.remove(accounts, owner, added.id) == DomainRemoved(added.id)
    assert await domains.organisation_of(accounts, added.domain) is None
    assert await accounts.scalar(select(func.count()).select_from(VerifiedDomain)) == 0
    event = (await scene.events())[-1]
    assert (event.action, event.before) == (
        AuditAction.DOMAIN_REMOVED,
        {"domain": "yhdistys.example.fi", "verified_at": "2026-11-23T09:00:00+00:00"},
    )


async def test_the_last_proved_domain_stays_while_single_sign_on_is_required(
    accounts: WriteSession, owner: Occasion, added: DomainAdded
) -> None:
    other = await domains.add(accounts, owner, OURS, "other.example.fi")
    assert isinstance(other, DomainAdded)
    await domains.verify(within(accounts), owner, added.id, Records({added.record_name: [added.record_value]}))
    await accounts.execute(update(OrganisationAccount).values(single_sign_on_required=True))
    in_use = conflict(ProblemCode.IN_USE, by="single_sign_on_required")

    assert await domains.remove(accounts, owner, added.id) == in_use
    await domains.verify(within(accounts), owner, other.id, Records({other.record_name: [other.record_value]}))
    assert await domains.remove(accounts, owner, added.id) == DomainRemoved(added.id)
    assert await domains.remove(accounts, owner, other.id) == in_use


@pytest.mark.parametrize("role", [MemberRole.ADMIN, MemberRole.EDITOR, MemberRole.TECHNICAL_CONTACT])
async def test_only_owners_manage_domains(
    accounts: WriteSession, scene: Scene, added: DomainAdded, role: MemberRole
) -> None:
    member = await scene.occasion(await scene.person(role))

    assert await domains.add(accounts, member, OURS, "example.fi") == not_allowed("organisation")
    assert await domains.verify(within(accounts), member, added.id, silence) == not_allowed("domain")
    assert await domains.remove(accounts, member, added.id) == not_allowed("domain")


async def test_elsewhere_and_nowhere_look_the_same(
    accounts: WriteSession, scene: Scene, owner: Occasion, added: DomainAdded
) -> None:
    there = await scene.occasion(await scene.person(MemberRole.OWNER, THEIRS))

    for organisation in (THEIRS, WITHOUT_ACCOUNT):
        assert await domains.add(accounts, owner, organisation, "example.fi") == not_allowed("organisation")
    for domain in (added.id, "domain_unknown"):
        assert await domains.verify(within(accounts), there, domain, silence) == not_allowed("domain")
        assert await domains.remove(accounts, there, domain) == not_allowed("domain")


async def test_a_recent_sign_in_is_needed(accounts: WriteSession, scene: Scene, added: DomainAdded) -> None:
    long_ago = await scene.occasion(await scene.person(MemberRole.OWNER), signed_in_ago=timedelta(minutes=11))

    assert await domains.add(accounts, long_ago, OURS, "example.fi") == step_up_needed()
    assert await domains.verify(within(accounts), long_ago, added.id, silence) == step_up_needed()
    assert await domains.remove(accounts, long_ago, added.id) == step_up_needed()


async def test_of_two_that_prove_a_domain_at_the_same_time_one_gets_it(
    lasting: AsyncEngine, at: datetime, entropy: Callable[[int], bytes]
) -> None:
    async with accounts_work(lasting, "test") as session:
        scene = Scene(session, at, entropy)
        here = await scene.occasion(await scene.person(MemberRole.OWNER))
        there = await scene.occasion(await scene.person(MemberRole.OWNER, THEIRS))
        ours = await domains.add(session, here, OURS, "example.fi")
        theirs = await domains.add(session, there, THEIRS, "example.fi")
    assert isinstance(ours, DomainAdded)
    assert isinstance(theirs, DomainAdded)
    records = Records({ours.record_name: [ours.record_value, theirs.record_value]})

    def work() -> AbstractAsyncContextManager[WriteSession]:
        return accounts_work(lasting, "test")

    outcomes = await asyncio.gather(
        domains.verify(work, here, ours.id, records), domains.verify(work, there, theirs.id, records)
    )

    assert [isinstance(outcome, DomainVerified) for outcome in outcomes].count(True) == 1
    assert conflict(ProblemCode.ALREADY_EXISTS, "domain") in outcomes
