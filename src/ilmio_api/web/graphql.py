"""The GraphQL endpoint.

Owns: the path of a request through HTTP: who asks, in which language, what comes back under which status and headers.
Does not own: reading (`compiler.engine`), finished answers (`web.replies`), the explorer (`web.pages`), how header
fields are read and written (`web.forms`, `web.heads`).

Cookies are ignored; credentials come in `Authorization` only, so another site cannot borrow them. Reading is open,
so any origin may ask.
"""

import logging
import random
import re
from dataclasses import dataclass, field
from time import perf_counter
from typing import NamedTuple, TypeAlias

from starlette.types import Message, Receive, Scope, Send

from ilmio_api.access.principals import ANONYMOUS, Principal
from ilmio_api.compiler.cost import REQUEST_POINTS
from ilmio_api.compiler.engine import Engine, Prepared, Request
from ilmio_api.compiler.mutations import Mutation
from ilmio_api.compiler.pipeline import Reader
from ilmio_api.compiler.recent import Recent
from ilmio_api.compiler.timing import Stopwatch
from ilmio_api.domain.accounts.principals import Caller
from ilmio_api.errors import ErrorCode, IlmioError
from ilmio_api.i18n.languages import Language
from ilmio_api.web import pages
from ilmio_api.web.allowances import Account, Store, Uncounted
from ilmio_api.web.authentication import Authentication, UnauthenticatedError
from ilmio_api.web.callers import ON_THIS_MACHINE, address_of, caller_at
from ilmio_api.web.calls import IN_ADDRESS, METHODS, SAFE, Call, Head
from ilmio_api.web.commands import CommandDesk, Sent
from ilmio_api.web.documents import Documents
from ilmio_api.web.encodings import SMALLEST, coded
from ilmio_api.web.forms import Form
from ilmio_api.web.heads import READ, Response, line, not_modified, options, page, steady_lines
from ilmio_api.web.inbound import MethodNotAllowedError, envelope_of, payload_of
from ilmio_api.web.negotiation import MediaType
from ilmio_api.web.outbound import Failure, failure_of, fault, with_cost
from ilmio_api.web.replies import NotModified, Replies, Reply

_LOG = logging.getLogger(__name__)
_TRACEPARENT = re.compile(
    r"(?!ff|00.{53}-)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?"
)
"""Only versions after 00 may be longer (W3C Trace Context, §3.2.2)."""
_RANDOM = random.Random()  # noqa: S311 - names requests, keeps nothing secret
_KNOWN_BYTES = 8 * 1024 * 1024
_LARGEST_KNOWN = 4 * 1024
_UNCOUNTED = Uncounted()
_KEPT_BY_ALL, _KEPT_BY_ONE, _KEPT_BY_NOBODY = "public, no-cache", "private, no-cache", "no-store"


_ANYBODY = Caller(ANONYMOUS, authenticated_at=None, organisation=None)


class NotAcceptableError(IlmioError):
    """No form of the answer is allowed by `Accept`."""

    code = ErrorCode.NOT_ACCEPTABLE


class NobodyKnown:
    """The authentication of a service without accounts."""

    async def caller(self, authorization: str, address: str) -> Caller:
        """Refuse all credentials."""
        del authorization, address
        raise UnauthenticatedError


@dataclass(slots=True)
class Exchange:
    """One request, and what is known of it on its way."""

    call: Call
    address: str
    """Where it comes from; empty when that is not known."""
    trace_id: str
    account: Account
    clock: Stopwatch
    caller: Caller = _ANYBODY
    language: Language | None = None
    """That of the operation, as soon as it is known; the caller's own until then."""

    def sent(self) -> Sent:
        """Return what a command, or the audit log, wants to know of the request."""
        head, name = self.call.head, b"idempotency-key"
        key = head.says(name) if name in head.fields else None
        return Sent(self.caller, self.trace_id, self.address, key, self.clock)

    def response(self, status: int, body: bytes, language: Language, cache_control: str, lines: str = "") -> Response:
        """Return an answer with the header fields of every answer, and `lines`."""
        return self.signed(self.unsigned(status, body, language, cache_control, lines))

    def unsigned(self, status: int, body: bytes, language: Language, cache_control: str, lines: str) -> Response:
        """Return an answer without the header fields that belong to this request alone."""
        steady = steady_lines(self.call.head.form.media_type, language, cache_control)
        return Response(status, steady + f"{lines}content-length: {len(body)}\r\n".encode("latin-1"), body)

    def signed(self, answer: Response) -> Response:
        """Return an answer with the header fields that belong to this request alone."""
        timing = f"server-timing: {self.clock.header()}\r\n" if self.clock.steps else ""
        own = f"x-request-id: {self.trace_id}\r\n{self.account.lines()}{timing}"
        return Response(answer.status, answer.head + own.encode("latin-1"), answer.body)


class Recognised(NamedTuple):
    """What a request asks for."""

    prepared: Prepared
    reports: bool
    """Whether its answer is to report its cost."""
    vouched: str | None
    """Digest of its document when that is answered because it is registered for the client of the caller."""


_Key: TypeAlias = tuple[bool, bytes, Language, Caller | None]
"""Where the parameters were, as they came, the language, and who asks: None for everybody without credentials."""


@dataclass(frozen=True, slots=True)
class Service:
    """What the endpoint needs while the application runs."""

    engine: Engine
    replies: Replies
    documents: Documents
    store: Store = field(default_factory=Uncounted)
    """Where the points of callers are counted."""
    authentication: Authentication = field(default_factory=NobodyKnown)
    desk: CommandDesk | None = None
    """Where commands are carried out; None where nothing can be changed."""
    _known: Recent[_Key, Recognised] = field(default_factory=lambda: Recent(_KNOWN_BYTES, _weight))

    def recalled(self, key: _Key, caller: Caller) -> Recognised | None:
        """Return what a request asks for when the same bytes came lately from the same caller.

        A dashboard sends the same bytes all day; they are read once.
        """
        known = self._known.get(key)
        if known is None or known.vouched is None:
            return known
        return known if self.documents.still_holds(known.vouched, caller) else None

    async def recognised(self, key: _Key, exchange: Exchange, payload: bytes) -> Recognised:
        """Return what a request asks for.

        Raises:
            InvalidDocumentError: The document is not GraphQL or does not fit the schema.
            InvalidVariablesError: The variables do not fit the operation.
            IlmioError: The request is malformed, or exceeds a limit, or the database cannot be reached.
        """
        head = exchange.call.head
        envelope = envelope_of(head, payload)
        found = await self.documents.found(envelope, exchange.caller)
        asked = Request(found.text, envelope.operation_name, envelope.variables)
        reader = Reader(exchange.caller.principal, head.form.reading)
        prepared = self.engine.prepare(asked, reader, exchange.clock)
        known = Recognised(prepared, envelope.reports_cost, found.vouched)
        if len(payload) < _LARGEST_KNOWN and prepared.mutation is None:
            self._known.keep(key, known)
        return known


def _weight(known: Recognised) -> int:
    """Return about how many bytes a request takes that is known: its syntax tree may be its alone."""
    return 12 * 1024 + 100 * len(known.prepared.operation.text)


def _key(exchange: Exchange, payload: bytes) -> _Key:
    """Return what requests have in common that ask for the same thing."""
    caller, head = exchange.caller, exchange.call.head
    named = None if caller.principal is ANONYMOUS else caller  # None has no hash to reckon
    return head.in_address, payload, head.form.reading.language, named


@dataclass(frozen=True, slots=True)
class GraphQLEndpoint:
    """Answers `/graphql`."""

    max_body_bytes: int
    trusted_proxies: int = 0
    spares_this_machine: bool = False
    """Whether callers on the machine itself may spend any number of points."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request of any ASGI server; the server leaves out the body when the method is HEAD."""
        if scope["method"] == "OPTIONS":
            answer = options()
        else:
            body = await _body(scope, receive, self.max_body_bytes)
            peer = scope.get("client")
            head = Head(scope["method"], scope["query_string"], scope["headers"])
            call = Call(head, peer[0] if peer else None, body)
            answer = await self.answer(call, scope["app"].service)
        await send({"type": "http.response.start", "status": answer.status, "headers": answer.fields()})
        await send({"type": "http.response.body", "body": answer.body})

    async def answer(self, call: Call, service: Service) -> Response:
        """Return the answer to a request; whatever goes wrong is part of it."""
        head = call.head
        if head.form.media_type is MediaType.HTML:
            return page(pages.explorer())
        address = address_of(call.peer, head.headers, self.trusted_proxies) or ""
        account = self._account(caller_at(address), service)
        exchange = Exchange(call, address, _trace_id(head), account, Stopwatch(perf_counter))
        try:
            _require_acceptable(head.form)
            if b"authorization" in head.fields:
                await _authenticate(exchange, service)
            await exchange.account.spend(REQUEST_POINTS)
            return await self._answered(exchange, service)
        except Exception as error:  # noqa: BLE001 - the edge of the service
            return _failed(exchange, error)

    def _account(self, caller: str, service: Service) -> Account:
        """Return what a caller without credentials may spend."""
        spared = self.spares_this_machine and caller in ON_THIS_MACHINE
        return Account(_UNCOUNTED if spared else service.store, caller)

    async def _answered(self, exchange: Exchange, service: Service) -> Response:
        """Return the answer to a request that its caller has paid for."""
        head = exchange.call.head
        payload = payload_of(exchange.call, self.max_body_bytes)
        key = _key(exchange, payload)
        known = service.recalled(key, exchange.caller) or await service.recognised(key, exchange, payload)
        prepared = known.prepared
        exchange.language = prepared.reader.reading.language
        _require_method(head.method, prepared)
        if head.only_priced:
            prepared = prepared._replace(compiled=prepared.compiled.priced())
        reports = known.reports or head.reports_cost or head.only_priced
        tables = prepared.compiled.statement.private
        if tables and service.desk is not None and exchange.caller.principal.rights and not prepared.compiled.dry_run:
            await service.desk.note_reading(tables, exchange.sent())
        reply: Reply | NotModified
        if prepared.mutation is not None and not prepared.compiled.dry_run:
            reply = await _commanded(exchange, service, prepared.mutation, prepared.compiled.price)
        else:
            known_tags = "" if reports else head.known_tags
            reply = await service.replies.reply(prepared, known_tags, exchange.clock, exchange.account)
        if isinstance(reply, NotModified):
            kept_by = _kept_by(exchange.caller.principal)
            return exchange.signed(not_modified(head.form.media_type, reply.language, kept_by, reply.tag))
        if reports:
            # What is kept stays as it is: the report is about this request alone.
            reported = with_cost(reply.body, prepared.compiled.cost, exchange.account.facts())
            return _replied(exchange, Reply(reported, "", reply.partial, reply.language, b""), "")
        return _replied(exchange, reply, service.replies.tag(reply) if head.method in SAFE else "")


def _require_acceptable(form: Form) -> None:
    """Refuse a request whose `Accept` header rules out every form of the answer."""
    if not form.acceptable:
        raise NotAcceptableError


async def _authenticate(exchange: Exchange, service: Service) -> None:
    """Find out who asks, by the credentials of the request; they spend the points of their own budget.

    Raises:
        UnauthenticatedError: The credentials are not valid; the attempt is charged to the address.
        IlmioError: The database cannot be reached, or the address has too few points left.
    """
    try:
        exchange.caller = await service.authentication.caller(
            exchange.call.head.says(b"authorization"), exchange.address
        )
    except UnauthenticatedError:
        await exchange.account.spend(REQUEST_POINTS)
        raise
    principal = exchange.caller.principal
    # A person has a budget in each application, so that one cannot use up that of another.
    spender = " ".join(filter(None, (principal.client, principal.account)))
    if spender:
        exchange.account = Account(service.store, spender)


async def _commanded(exchange: Exchange, service: Service, mutation: Mutation, price: int) -> Reply:
    """Return the answer of commands.

    Raises:
        IlmioError: The caller has no credentials or too few points left, or the database cannot be reached.
    """
    if service.desk is None:
        raise UnauthenticatedError
    await exchange.account.spend(price)
    return await service.desk.reply(mutation, exchange.sent())


def _require_method(method: str, prepared: Prepared) -> None:
    """Refuse a change of anything by a method that promises to change nothing.

    Raises:
        MethodNotAllowedError: The operation is a mutation, and the method is not POST.
    """
    if method != "POST" and prepared.mutation is not None:
        raise MethodNotAllowedError(method=method, allowed="POST")


def _replied(exchange: Exchange, reply: Reply, tag: str) -> Response:
    """Return a finished answer, coded when the client takes it and it pays; kept by nobody when it has no tag."""
    form = exchange.call.head.form
    cache_control = _kept_by(exchange.caller.principal) if tag else _KEPT_BY_NOBODY
    kind = form.media_type, form.profile, form.coding, cache_control
    if reply.sent is not None and reply.sent[0] == kind:
        return exchange.signed(reply.sent[1])
    body, lines = reply.body, line("etag", tag)
    if form.coding is not None and len(body) >= SMALLEST:
        lines += line("content-encoding", form.coding)
        body = reply.encoded.get(form.coding) or reply.encoded.setdefault(form.coding, coded(body, form.coding))
    status = form.profile.partial_status(form.media_type) if reply.partial else 200
    unsigned = exchange.unsigned(status, body, reply.language, cache_control, lines)
    reply.sent = kind, unsigned
    return exchange.signed(unsigned)


def _kept_by(principal: Principal) -> str:
    """Return who may keep an answer that can be asked for again, and has to ask whether it is still current."""
    return _KEPT_BY_ALL if principal is ANONYMOUS or principal.policy_key == ANONYMOUS.policy_key else _KEPT_BY_ONE


def _failed(exchange: Exchange, error: Exception) -> Response:
    """Return what a request gets that was not carried out; a fault of ours is logged."""
    form = exchange.call.head.form
    told = error.language if isinstance(error, IlmioError) else None
    language = Language(told) if told else exchange.language or form.reading.language
    failure = failure_of(error, language)
    if failure is None:
        _LOG.error("fault %s", exchange.trace_id, exc_info=error)
        failure = fault(exchange.trace_id, language)
    status = form.profile.failure_status(failure, form.media_type)
    return exchange.response(status, failure.body(), language, _KEPT_BY_NOBODY, _advice(exchange, failure, error))


def _advice(exchange: Exchange, failure: Failure, error: Exception) -> str:
    """Return the header lines that tell a client what to do after a failure."""
    match failure.code:
        case ErrorCode.METHOD_NOT_ALLOWED if isinstance(error, MethodNotAllowedError):
            return line("allow", error.facts["allowed"])
        case ErrorCode.UNSUPPORTED_MEDIA_TYPE:
            is_coded = b"content-encoding" in exchange.call.head.fields
            return line("accept-encoding", "identity") if is_coded else line("accept", READ)
        case ErrorCode.UNAVAILABLE:
            return line("retry-after", 5)
        case ErrorCode.RATE_LIMITED:
            return line("retry-after", exchange.account.wait_s)
        case ErrorCode.UNAUTHENTICATED:
            # RFC 6750 §3.1: a request without a bearer token is only told which scheme there is.
            scheme = exchange.call.head.says(b"authorization").partition(" ")[0].lower()
            return line("www-authenticate", 'Bearer error="invalid_token"' if scheme == "bearer" else "Bearer")
        case _:
            return ""


async def _body(scope: Scope, receive: Receive, max_body_bytes: int) -> bytes | None:
    """Return the body, or None as soon as it is too large; a method whose body means nothing has an empty one."""
    if scope["method"] in IN_ADDRESS or scope["method"] not in METHODS:
        return b""
    declared = next((value for name, value in scope["headers"] if name == b"content-length"), b"")
    if declared.isdigit() and int(declared) > max_body_bytes:
        return None
    body, more = bytearray(), True
    while more and len(body) <= max_body_bytes:
        message: Message = await receive()
        if message["type"] != "http.request":
            return b""  # the client has hung up
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return bytes(body) if len(body) <= max_body_bytes else None


def _trace_id(head: Head) -> str:
    """Return the trace id of the caller's `traceparent` (W3C Trace Context), or a new one."""
    if b"traceparent" in head.fields and (given := _TRACEPARENT.fullmatch(head.says(b"traceparent"))):
        return given[1]
    return f"{_RANDOM.getrandbits(128):032x}"
