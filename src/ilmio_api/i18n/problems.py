"""Why a command was not carried out, in Finnish, Swedish and English: what is wrong, and how to mend it.

Owns: one text per code of `domain.outcomes.ProblemCode` and language; a test compares the two.
Does not own: the codes, or where the texts are shown (`schema.results`, `console`).
"""

from collections.abc import Mapping

from ilmio_api.i18n.languages import Language

_LANGUAGES = (Language.FI, Language.SV, Language.EN)


def wording(code: str, language: Language, facts: Mapping[str, object]) -> str:
    """Return the text of a problem; English where the reader's language has none."""
    texts = dict(zip(_LANGUAGES, PROBLEMS[code], strict=True))
    return texts.get(language, texts[Language.EN]).format_map(_Facts(facts))


class _Facts(dict[str, object]):
    """Facts by name; one that a problem does not have reads as a dash instead of failing."""

    def __missing__(self, key: str) -> str:
        return "–"


PROBLEMS: Mapping[str, tuple[str, str, str]] = {
    "REQUIRED": ("Tämä tieto puuttuu. Täydennä se.", "Uppgiften saknas. Fyll i den.", "This is missing. Fill it in."),
    "TOO_LONG": (
        "Teksti on liian pitkä. Lyhennä se: enintään {most} merkkiä.",
        "Texten är för lång. Förkorta den till högst {most} tecken.",
        "The text is too long. Shorten it to at most {most} characters.",
    ),
    "TOO_SHORT": (
        "Teksti on liian lyhyt. Siinä on oltava vähintään {least} merkkiä.",
        "Texten är för kort. Den måste ha minst {least} tecken.",
        "The text is too short. It needs at least {least} characters.",
    ),
    "NOT_PRINTABLE": (
        "Tekstissä on merkki, jota ei voi näyttää. Poista se.",
        "Texten har ett tecken som inte kan visas. Ta bort det.",
        "The text has a character that cannot be shown. Remove it.",
    ),
    "NOT_IN_BOUNDS": (
        "Luku ei ole rajoissa {least}–{most}.",
        "Talet är inte inom gränserna {least}–{most}.",
        "The number is not within {least}–{most}.",
    ),
    "NOT_A_PASSKEY": (
        "Pääsyavainta ei voitu tarkistaa. Yritä uudelleen tai käytä toista tapaa.",
        "Nyckeln kunde inte kontrolleras. Försök igen eller använd ett annat sätt.",
        "The passkey could not be checked. Try again, or use another way.",
    ),
    "LAST_WAY_IN": (
        "Tämä on viimeinen tapasi kirjautua. Lisää ensin toinen.",
        "Det här är ditt sista sätt att logga in. Lägg först till ett annat.",
        "This is your last way to sign in. Add another one first.",
    ),
    "NOT_AN_EMAIL_ADDRESS": (
        "Tämä ei ole sähköpostiosoite. Kirjoita se muodossa nimi@esimerkki.fi.",
        "Det här är inte en e-postadress. Skriv den i formen namn@exempel.fi.",
        "This is not an e-mail address. Write it as name@example.org.",
    ),
    "NOT_A_REDIRECT_ADDRESS": (
        "Tähän osoitteeseen ei voi palata. Käytä täydellistä https-osoitetta ilman jokerimerkkejä ja #-osaa.",
        "Man kan inte återvända till den här adressen. Använd en fullständig https-adress utan jokertecken och #-del.",
        "People cannot be sent back to this address. Use a full https address without wildcards and without a # part.",
    ),
    "NOT_AN_ADDRESS_RANGE": (
        "Tämä ei ole verkko-osoitteiden alue. Kirjoita se CIDR-muodossa, esimerkiksi 192.0.2.0/24.",
        "Det här är inte ett intervall av nätadresser. Skriv det i CIDR-form, till exempel 192.0.2.0/24.",
        "This is not a range of network addresses. Write it in CIDR form, such as 192.0.2.0/24.",
    ),
    "NOT_A_KEY_SET": (
        "Tämä ei ole kelvollinen julkisten avainten joukko (JWKS). Lähetä 1–10 julkista avainta.",
        "Det här är inte en giltig uppsättning offentliga nycklar (JWKS). Skicka 1–10 offentliga nycklar.",
        "This is not a valid set of public keys (JWKS). Send 1 to 10 public keys.",
    ),
    "NOT_AN_ISSUER": (
        "Tämä ei ole tunnistuspalvelun osoite. Kirjoita sen issuer-osoite, joka alkaa https://.",
        "Det här är inte en inloggningstjänsts adress. Skriv dess issuer-adress, som börjar med https://.",
        "This is not the address of an identity provider. Write its issuer, which begins with https://.",
    ),
    "NOT_A_DOMAIN": (
        "Tämä ei ole verkkotunnus. Kirjoita se muodossa esimerkki.fi.",
        "Det här är inte ett domännamn. Skriv det i formen exempel.fi.",
        "This is not a domain name. Write it as example.org.",
    ),
    "NOT_A_DOCUMENT": (
        "Tämä ei ole skeemaan sopiva GraphQL-kysely: {reason}",
        "Det här är inte ett GraphQL-dokument som passar schemat: {reason}",
        "This is not a GraphQL document that fits the schema: {reason}",
    ),
    "NOT_A_WEB_ADDRESS": (
        "Tämä ei ole verkko-osoite. Kirjoita se kokonaan, https:// alusta alkaen.",
        "Det här är inte en webbadress. Skriv hela adressen, med https:// i början.",
        "This is not a web address. Write all of it, beginning with https://.",
    ),
    "DOES_NOT_FIT": (
        "Tämä ei sovi yhteen toisen arvon kanssa ({other}). Muuta jompaakumpaa.",
        "Det här passar inte ihop med ett annat värde ({other}). Ändra det ena eller det andra.",
        "This does not fit another value ({other}). Change one of the two.",
    ),
    "IN_USE": (
        "Tätä käytetään muualla ({by}). Poista ensin käyttö.",
        "Det här används på annat håll ({by}). Ta först bort användningen.",
        "This is in use elsewhere ({by}). Remove that first.",
    ),
    "COMMON_PASSWORD": (
        "Salasana on liian yleinen. Valitse toinen, esimerkiksi useasta sanasta koottu.",
        "Lösenordet är för vanligt. Välj ett annat, till exempel ett av flera ord.",
        "The password is too common. Choose another, such as several words in a row.",
    ),
    "WRONG_CODE": (
        "Koodi on väärä, vanhentunut tai jo käytetty. Odota seuraavaa koodia ja yritä uudelleen.",
        "Koden är fel, för gammal eller redan använd. Vänta på nästa kod och försök igen.",
        "The code is wrong, too old or already used. Wait for the next code and try again.",
    ),
    "WRONG_CREDENTIALS": (
        "Kirjautuminen ei onnistunut. Tarkista sähköpostiosoite ja salasana tai käytä toista tapaa.",
        "Inloggningen lyckades inte. Kontrollera e-postadressen och lösenordet, eller använd ett annat sätt.",
        "Signing in did not work. Check the e-mail address and the password, or use another way.",
    ),
    "SINGLE_SIGN_ON_REQUIRED": (
        "Organisaatiosi vaatii kirjautumaan sen omalla tunnistuspalvelulla.",
        "Din organisation kräver inloggning med dess egen inloggningstjänst.",
        "Your organisation requires signing in with its own identity provider.",
    ),
    "PROVIDER_FAILED": (
        "Organisaation tunnistuspalvelua ei voi käyttää näin ({reason}). Kerro siitä organisaation ylläpidolle.",
        "Organisationens inloggningstjänst kan inte användas så här ({reason}). Meddela dess administratör.",
        "The organisation's identity provider cannot be used as it is ({reason}). Tell its administrators.",
    ),
    "PROVIDER_REFUSED": (
        "Tunnistuspalvelu ei kirjannut sinua sisään. Yritä uudelleen.",
        "Inloggningstjänsten loggade inte in dig. Försök igen.",
        "The identity provider did not sign you in. Try again.",
    ),
    "NOT_INVITED": (
        "Organisaatio ei ole vielä päästänyt sinua. Pyydä sen ylläpidolta kutsu.",
        "Organisationen har inte släppt in dig ännu. Be dess administratör om en inbjudan.",
        "The organisation has not let you in yet. Ask its administrators for an invitation.",
    ),
    "SCOPE_NOT_ALLOWED": (
        "Käyttöoikeutta ei tunneta tai sitä ei voi antaa tässä: {scope}.",
        "Behörigheten är okänd eller kan inte ges här: {scope}.",
        "The scope is unknown or cannot be given here: {scope}.",
    ),
    "ROLE_NOT_ALLOWED": (
        "Et voi antaa tai poistaa tätä roolia. Pyydä omistajaa.",
        "Du kan inte ge eller ta bort den här rollen. Be en ägare.",
        "You cannot give or take this role. Ask an owner.",
    ),
    "LIFE_TOO_LONG": (
        "Aika on liian pitkä: enintään {most} on sallittu (päiviä tai tunteja, kentän mukaan).",
        "Tiden är för lång: högst {most} är tillåtet (dagar eller timmar, enligt fältet).",
        "The time is too long: at most {most} is allowed (days or hours, as the field says).",
    ),
    "TOO_MANY": (
        "Näitä on jo enimmäismäärä ({most}). Poista ensin jokin.",
        "Det finns redan så många som får finnas ({most}). Ta först bort någon.",
        "There are already as many as there may be ({most}). Remove one first.",
    ),
    "LAST_OWNER": (
        "Organisaatiolla on oltava omistaja. Tee ensin jostakusta muusta omistaja.",
        "En organisation måste ha en ägare. Gör först någon annan till ägare.",
        "An organisation must have an owner. Make somebody else an owner first.",
    ),
    "ALREADY_A_MEMBER": (
        "Henkilö on jo organisaation jäsen.",
        "Personen är redan medlem av organisationen.",
        "The person is already a member of the organisation.",
    ),
    "ALREADY_DECIDED": (
        "Asia on jo ratkaistu. Lataa sivu uudelleen.",
        "Saken är redan avgjord. Ladda om sidan.",
        "This has been decided already. Read it again.",
    ),
    "ALREADY_EXISTS": ("Sellainen on jo olemassa.", "Det finns redan.", "There is one already."),
    "EXPIRED": (
        "Linkki tai koodi on vanhentunut tai käytetty. Pyydä uusi.",
        "Länken eller koden har gått ut eller använts. Be om en ny.",
        "The link or code has expired or has been used. Ask for a new one.",
    ),
    "NOT_FOUND": (
        "Sitä ei ole, tai et voi nähdä sitä.",
        "Det finns inte, eller så kan du inte se det.",
        "It does not exist, or you may not see it.",
    ),
    "NOT_ALLOWED": (
        "Sinulla ei ole oikeutta tähän, tai kohdetta ei ole.",
        "Du har inte rätt till det här, eller så finns det inte.",
        "You may not do this, or what you name does not exist.",
    ),
    "STEP_UP_NEEDED": (
        "Vahvista ensin, että se olet sinä: kirjaudu uudelleen.",
        "Bekräfta först att det är du: logga in på nytt.",
        "First confirm that it is you: sign in again.",
    ),
    "CHANGED_MEANWHILE": (
        "Joku muu on muuttanut tätä sillä välin. Lue se uudelleen ja yritä sitten.",
        "Någon annan har ändrat det här under tiden. Läs det på nytt och försök sedan.",
        "Somebody else has changed this meanwhile. Read it again, then try again.",
    ),
    "KEY_REUSED": (
        "Samaa toistoavainta on käytetty toiseen komentoon. Käytä uutta avainta.",
        "Samma idempotensnyckel har använts för ett annat kommando. Använd en ny nyckel.",
        "The same idempotency key was used for another command. Use a new key.",
    ),
    "TRY_LATER": (
        "Yrityksiä on ollut liian monta. Odota hetki ja yritä uudelleen.",
        "Det har varit för många försök. Vänta en stund och försök igen.",
        "There were too many attempts. Wait a while and try again.",
    ),
}
"""Texts in Finnish, Swedish and English by the value of the code."""
