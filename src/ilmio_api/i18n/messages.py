"""What the service says when something goes wrong, in Finnish, Swedish and English.

Owns: one message and one piece of advice per error code and language.
Does not own: the codes (`errors`), or where they are sent (`web`).

A message names what was wrong, the advice how to mend it. Placeholders are filled with the facts of the error.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from ilmio_api.errors import ErrorCode, IlmioError, Malformed
from ilmio_api.i18n.languages import Language

_MAX_FACT_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Wording:
    """A message and what to do about it."""

    message: str
    help: str


def wording(code: ErrorCode, language: Language, facts: Mapping[str, object]) -> Wording:
    """Return the wording of an error; English where the reader's language has none."""
    texts = MESSAGES[code]
    spoken = language if language in texts else Language.EN
    chosen = texts[spoken]
    told = _Facts((name, _shortened(fact)) for name, fact in facts.items() if fact is not None)
    reason = facts.get("reason")
    if isinstance(reason, Malformed):
        told["reason"] = REASONS[reason][spoken].format_map(told)
    return Wording(chosen.message.format_map(told), chosen.help.format_map(told))


def wording_of(error: IlmioError, language: Language) -> Wording:
    """Return the wording of an expected failure."""
    return wording(error.code, language, error.facts)


def _shortened(fact: object) -> str:
    """Return a fact as text; what a caller sent is not sent back at any length."""
    text = str(fact)
    return text if len(text) <= _MAX_FACT_LENGTH else f"{text[:_MAX_FACT_LENGTH]}…"


class _Facts(dict[str, str]):
    """Facts by name; one that an error does not have, or that is None, reads as a dash."""

    def __missing__(self, key: str) -> str:
        return "–"


def _in(fi: tuple[str, str], sv: tuple[str, str], en: tuple[str, str]) -> Mapping[Language, Wording]:
    """Return the wordings by language."""
    return {Language.FI: Wording(*fi), Language.SV: Wording(*sv), Language.EN: Wording(*en)}


MESSAGES: Mapping[ErrorCode, Mapping[Language, Wording]] = {
    ErrorCode.BAD_REQUEST: _in(
        ("Pyyntö ei ole kelvollinen GraphQL-pyyntö: {reason}.", "Lähetä JSON-olio, jossa on merkkijono query."),
        ("Begäran är inte en giltig GraphQL-begäran: {reason}.", "Skicka ett JSON-objekt med strängen query."),
        ("The request is not a well-formed GraphQL request: {reason}.", "Send a JSON object with the string query."),
    ),
    ErrorCode.SYNTAX_ERROR: _in(
        ("Kysely ei ole GraphQL-kieltä: {detail}", "Korjaa kysely osoitetusta kohdasta."),
        ("Frågan är inte GraphQL: {detail}", "Rätta frågan på det angivna stället."),
        ("The document is not GraphQL: {detail}", "Mend the document at the given place."),
    ),
    ErrorCode.VALIDATION_FAILED: _in(
        ("Kysely ei sovi skeemaan: {detail}", "Katso skeemaa osoitteesta /schema.graphql tai selaimesta /graphql."),
        ("Frågan passar inte schemat: {detail}", "Se schemat på /schema.graphql eller i utforskaren på /graphql."),
        (
            "The document does not fit the schema: {detail}",
            "See the schema at /schema.graphql or the explorer at /graphql.",
        ),
    ),
    ErrorCode.BAD_VARIABLES: _in(
        ("Muuttujat eivät sovi kyselyyn: {detail}", "Anna muuttujille kyselyn ilmoittamien tyyppien mukaiset arvot."),
        ("Variablerna passar inte frågan: {detail}", "Ge variablerna värden av de typer som frågan anger."),
        (
            "The variables do not fit the operation: {detail}",
            "Give the variables values of the types that they declare.",
        ),
    ),
    ErrorCode.OPERATION_NOT_FOUND: _in(
        ("Kyselyssä ei ole yksiselitteistä operaatiota {name}.", "Nimeä operaatio kentässä operationName."),
        ("Dokumentet har ingen entydig operation {name}.", "Ange operationens namn i operationName."),
        ("The document has no single operation {name}.", "Name the operation in operationName."),
    ),
    ErrorCode.BAD_ARGUMENT: _in(
        ("Tekstissä on merkki, jota tiedot eivät voi sisältää (NUL tai puolikas sijaismerkkipari).", "Poista merkki."),
        ("En text har ett tecken som data inte kan innehålla (NUL eller ett halvt surrogatpar).", "Ta bort tecknet."),
        ("A text has a character that data cannot hold (NUL or half a surrogate pair).", "Remove the character."),
    ),
    ErrorCode.BAD_RANGE: _in(
        ("Aikaväli {start}–{end} loppuu ennen alkuaan.", "Vaihda päiden paikat tai jätä toinen pää pois."),
        ("Intervallet {start}–{end} slutar innan det börjar.", "Byt plats på ändarna eller lämna bort den ena."),
        ("The span from {start} to {end} ends before it starts.", "Swap the ends, or leave one of them out."),
    ),
    ErrorCode.BAD_IDEMPOTENCY_KEY: _in(
        ("Toistoavaimessa on 1–{maximum} merkkiä; annetussa on {given}.", "Anna esimerkiksi UUID tai jätä avain pois."),
        (
            "En idempotensnyckel har 1–{maximum} tecken; den här har {given}.",
            "Ange till exempel en UUID, eller lämna bort nyckeln.",
        ),
        (
            "An idempotency key has 1–{maximum} characters; this one has {given}.",
            "Give a UUID, for example, or leave the key out.",
        ),
    ),
    ErrorCode.BAD_CURSOR: _in(
        (
            "Argumentin {argument} kursori ei kuulu tähän luetteloon tässä järjestyksessä.",
            "Käytä saman luettelon ja saman järjestyksen antamaa kursoria.",
        ),
        (
            "Kursorn i {argument} hör inte till denna lista i denna ordning.",
            "Använd en kursor från samma lista i samma ordning.",
        ),
        (
            "The cursor in {argument} does not belong to this list in this order.",
            "Use a cursor that the same list gave in the same order.",
        ),
    ),
    ErrorCode.BAD_REPRESENTATION: _in(
        (
            "Argumentin representations alkio {place} ({given}) ei nimeä entiteettiä tai yhtäkään sen avainta.",
            "Anna __typename ja jokin sen avaimista merkkijonona; avaimet ovat _service-kentän @key-direktiiveissä.",
        ),
        (
            "Element {place} ({given}) i representations anger ingen entitet, eller ingen av dess nycklar.",
            "Ange __typename och en av dess nycklar som sträng; nycklarna står i @key-direktiven i _service.",
        ),
        (
            "Item {place} ({given}) of representations names no entity, or none of its keys.",
            "Give its __typename and one of its keys as a string; the @key directives in _service list them.",
        ),
    ),
    ErrorCode.BAD_PAGE_SIZE: _in(
        (
            "Sivun koko {argument} = {given} ei kelpaa.",
            "Pyydä 0–{maximum} kerrallaan; first ja last eivät sovi yhteen.",
        ),
        ("Sidstorleken {argument} = {given} duger inte.", "Be om 0–{maximum} åt gången; first och last går inte ihop."),
        (
            "The page size {argument} = {given} is not allowed.",
            "Ask for 0 to {maximum} at a time; first and last do not go together.",
        ),
    ),
    ErrorCode.NOT_FOUND: _in(
        (
            "Kentän {field} hakuehtoa ei vastaa mikään, mitä saat lukea.",
            "Tarkista tunniste; poistettu ja piilotettu näyttävät samalta.",
        ),
        ("Inget som du får läsa motsvarar {field}.", "Kontrollera identifieraren; borttaget och dolt ser likadana ut."),
        ("Nothing that you may read fits {field}.", "Check the key; removed and hidden look the same."),
    ),
    ErrorCode.UNKNOWN_AREA: _in(
        (
            "Aluekoodia {area} ei ole rekisterissä.",
            "Käytä Tilastokeskuksen tunnusta etuliitteineen: KU286, MK08, EVK03; luettelon antaa areas.",
        ),
        (
            "Områdeskoden {area} finns inte i registret.",
            "Använd Statistikcentralens kod med prefix: KU286, MK08, EVK03; areas ger listan.",
        ),
        (
            "The register has no area with the code {area}.",
            "Use Statistics Finland's code with its prefix: KU286, MK08, EVK03; areas lists them.",
        ),
    ),
    ErrorCode.TOO_LARGE: _in(
        ("Pyyntö on liian suuri.", "Lähetä enintään {maximum} tavua."),
        ("Begäran är för stor.", "Skicka högst {maximum} byte."),
        ("The request is too large.", "Send at most {maximum} bytes."),
    ),
    ErrorCode.TOO_COMPLEX: _in(
        (
            "Kysely ylittää rajan {limit}: {given}, kun raja on {maximum}.",
            "Pienennä sivuja, sisäkkäisyyttä tai kenttien määrää, tai jaa kysely.",
        ),
        (
            "Frågan överskrider gränsen {limit}: {given}, högst {maximum}.",
            "Minska sidorna, djupet eller antalet fält, eller dela frågan.",
        ),
        (
            "The document exceeds the limit {limit}: {given}, at most {maximum}.",
            "Ask for smaller pages, fewer levels or fewer fields, or split the query.",
        ),
    ),
    # Clients of automatic persisted queries recognise the miss by this very message.
    ErrorCode.RATE_LIMITED: _in(
        (
            "Kysely maksaa {cost} pistettä, ja niitä on jäljellä {remaining}.",
            "Odota {seconds} sekuntia tai kysy vähemmän kerrallaan; rateLimit(dryRun: true) kertoo hinnan.",
        ),
        (
            "Frågan kostar {cost} poäng, och det finns {remaining} kvar.",
            "Vänta {seconds} sekunder eller fråga mindre åt gången; rateLimit(dryRun: true) ger priset.",
        ),
        (
            "The query costs {cost} points, and {remaining} are left.",
            "Wait {seconds} seconds, or ask for less at a time; rateLimit(dryRun: true) tells the price.",
        ),
    ),
    ErrorCode.PERSISTED_QUERY_NOT_FOUND: _in(
        ("PersistedQueryNotFound", "Lähetä kysely kerran tunnisteensa kanssa."),
        ("PersistedQueryNotFound", "Skicka frågan en gång tillsammans med sin identifierare."),
        ("PersistedQueryNotFound", "Send the document once together with its id."),
    ),
    ErrorCode.DOCUMENT_NOT_TRUSTED: _in(
        (
            "Tähän vastataan vain rekisteröityihin kyselyihin.",
            "Rekisteröi kysely sovellukselle, tai pyydä ylläpitäjää rekisteröimään se.",
        ),
        (
            "Här besvaras endast registrerade frågor.",
            "Registrera frågan för applikationen, eller be administratören registrera den.",
        ),
        (
            "Only registered documents are answered here.",
            "Register the document for the client, or ask the operator to.",
        ),
    ),
    ErrorCode.METHOD_NOT_ALLOWED: _in(
        ("HTTP-metodi {method} ei käy.", "Käytä jotakin näistä: {allowed}."),
        ("HTTP-metoden {method} kan inte användas.", "Använd någon av dessa: {allowed}."),
        ("The HTTP method {method} does not fit.", "Use one of these: {allowed}."),
    ),
    ErrorCode.NOT_ACCEPTABLE: _in(
        (
            "Vastausta ei ole missään Accept-otsakkeen sallimassa muodossa.",
            "Salli application/graphql-response+json tai application/json.",
        ),
        (
            "Svaret finns inte i någon form som Accept tillåter.",
            "Tillåt application/graphql-response+json eller application/json.",
        ),
        (
            "No form of the answer is allowed by the Accept header.",
            "Allow application/graphql-response+json or application/json.",
        ),
    ),
    ErrorCode.UNSUPPORTED_MEDIA_TYPE: _in(
        ("Pyynnön muotoa {given} ei lueta.", "Lähetä application/json, merkistönä UTF-8, pakkaamatta."),
        ("Begärans form {given} läses inte.", "Skicka application/json i UTF-8, utan komprimering."),
        ("A request body of type {given} is not read.", "Send application/json in UTF-8, not compressed."),
    ),
    ErrorCode.UNAUTHENTICATED: _in(
        (
            "Tähän tarvitaan voimassa oleva tunnus.",
            "Hanki uusi tunnus osoitteesta /oauth/token; avoimia tietoja luet ilman Authorization-kenttää.",
        ),
        (
            "Det här kräver en giltig token.",
            "Skaffa en ny på /oauth/token; öppna data läser du utan fältet Authorization.",
        ),
        (
            "This needs a valid token.",
            "Get a new one at /oauth/token; to read open data, leave Authorization out.",
        ),
    ),
    ErrorCode.TIMEOUT: _in(
        ("Kysely kesti yli {seconds} sekuntia ja keskeytettiin.", "Rajaa hakua tai pyydä pienempiä sivuja."),
        ("Frågan tog mer än {seconds} sekunder och avbröts.", "Begränsa sökningen eller be om mindre sidor."),
        (
            "The query ran for more than {seconds} seconds and was stopped.",
            "Narrow the filter or ask for smaller pages.",
        ),
    ),
    ErrorCode.UNAVAILABLE: _in(
        ("Tietokantaan ei saada yhteyttä.", "Yritä hetken päästä uudelleen."),
        ("Databasen kan inte nås.", "Försök igen om en stund."),
        ("The database cannot be reached.", "Try again in a moment."),
    ),
    ErrorCode.INTERNAL: _in(
        ("Palvelussa on vika.", "Ilmoita jäljitystunnus {trace}, jos vika toistuu."),
        ("Det är ett fel i tjänsten.", "Uppge spårnumret {trace} om felet upprepas."),
        ("The service has a fault.", "Report the trace id {trace} if it happens again."),
    ),
}
"""Wording of every error code by language."""


def _reason(fi: str, sv: str, en: str) -> Mapping[Language, str]:
    """Return the wordings of a part of a sentence by language."""
    return {Language.FI: fi, Language.SV: sv, Language.EN: en}


REASONS: Mapping[Malformed, Mapping[Language, str]] = {
    Malformed.NO_QUERY: _reason("query puuttuu", "query saknas", "query is missing"),
    Malformed.ADDRESS_NOT_UTF_8: _reason(
        "osoite ei ole UTF-8:aa", "adressen är inte UTF-8", "the address is not UTF-8"
    ),
    Malformed.TOO_MANY_PARAMETERS: _reason(
        "osoitteessa on yli {maximum} parametria",
        "adressen har fler än {maximum} parametrar",
        "the address has more than {maximum} parameters",
    ),
    Malformed.BODY_NOT_JSON: _reason(
        "pyynnön runko ei ole JSONia ({detail}, merkki {position})",
        "begärans innehåll är inte JSON ({detail}, tecken {position})",
        "the body is not JSON ({detail}, character {position})",
    ),
    Malformed.BODY_NOT_AN_OBJECT: _reason(
        "pyynnön runko ei ole JSON-olio", "begärans innehåll är inte ett JSON-objekt", "the body is not a JSON object"
    ),
    Malformed.NOT_JSON: _reason(
        "{parameter} ei ole JSONia ({detail}, merkki {position})",
        "{parameter} är inte JSON ({detail}, tecken {position})",
        "{parameter} is not JSON ({detail}, character {position})",
    ),
    Malformed.NOT_AN_OBJECT: _reason(
        "{parameter} ei ole olio", "{parameter} är inte ett objekt", "{parameter} is not an object"
    ),
    Malformed.NOT_A_STRING: _reason(
        "{parameter} ei ole merkkijono",
        "{parameter} är inte en sträng",
        "{parameter} is not a string",
    ),
    Malformed.NO_HASH: _reason(
        "kohdassa extensions.persistedQuery ei ole 64 heksadesimaalinumeron arvoa sha256Hash",
        "extensions.persistedQuery saknar sha256Hash med 64 hexadecimala siffror",
        "extensions.persistedQuery has no sha256Hash of 64 hexadecimal digits",
    ),
    Malformed.OTHER_HASH: _reason(
        "tunniste ei ole dokumentin SHA-256",
        "identifieraren är inte dokumentets SHA-256",
        "the id is not the SHA-256 of the document",
    ),
}
"""What `{reason}` of `BAD_REQUEST` says. What a JSON parser found stays in English, as what graphql-core says."""
