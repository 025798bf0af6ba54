"""The words that synthetic records are made of.

Owns: themes, forms of organisation and subjects of phenomena in Finnish, Swedish and English.
Does not own: any fact; nothing here stands for something that exists.
"""

from typing import NamedTuple

from ilmio_api.domain.organisations.vocabulary import OrganisationType


class Words(NamedTuple):
    """The same words in three languages."""

    fi: str
    sv: str
    en: str


MARK = Words("(synteettinen)", "(syntetisk)", "(synthetic)")
"""Ends every name and title, so that no reader takes a synthetic record for a true one."""

PILOT_THEMES = (
    Words("Etsivä nuorisotyö koululla", "Uppsökande ungdomsarbete i skolan", "Outreach youth work at school"),
    Words("Yhteinen perhevastaanotto", "Gemensam familjemottagning", "Joint family reception"),
    Words("Aamupala ennen koulua", "Frukost före skolan", "Breakfast before school"),
    Words("Työpaja siirtymävaiheeseen", "Verkstad för övergången", "Workshop for the transition"),
    Words("Kouluvalmentaja", "Skolcoach", "School coach"),
    Words("Harrastus jokaiselle", "En hobby åt alla", "A hobby for everyone"),
    Words("Nuorten talousneuvonta", "Ekonomisk rådgivning för unga", "Money advice for young people"),
    Words("Vertaistuki vanhemmille", "Kamratstöd för föräldrar", "Peer support for parents"),
    Words("Kesätyöpolku", "Sommarjobbsstigen", "Path to a summer job"),
    Words("Koulupsykologi etänä", "Skolpsykolog på distans", "School psychologist at a distance"),
    Words("Taidetyöpaja poissaoleville", "Konstverkstad för frånvarande", "Art workshop for absentees"),
    Words("Mentori työpaikalla", "Mentor på arbetsplatsen", "Mentor at work"),
    Words("Yhden luukun palvelu", "Service vid en lucka", "One-stop service"),
    Words(
        "Kotikäynti ensimmäisestä poissaolosta",
        "Hembesök vid första frånvaron",
        "Home visit at first absence",
    ),
    Words("Asumiskokeilu", "Boendeförsök", "Housing trial"),
    Words("Liikkuva palvelubussi", "Rullande servicebuss", "Mobile service bus"),
    Words("Kieliystävä", "Språkvän", "Language friend"),
    Words("Isien ilta", "Pappakväll", "Fathers' evening"),
    Words("Digituki nuorelta nuorelle", "Digistöd från ung till ung", "Digital help by young people"),
    Words("Metsäryhmä", "Skogsgrupp", "Forest group"),
    Words("Yrittäjyyskerho", "Företagarklubb", "Enterprise club"),
    Words("Päihdetön ilta", "Drogfri kväll", "Substance-free evening"),
    Words("Oppisopimus pienissä erissä", "Läroavtal i små steg", "Apprenticeship in small steps"),
    Words("Moniammatillinen verkosto", "Tvärprofessionellt nätverk", "Network of professions"),
)
"""What synthetic pilots and projects are about."""

ORGANISATION_FORMS = (
    (OrganisationType.ASSOCIATION, Words("Nuorisoyhdistys", "Ungdomsförening", "Youth association")),
    (OrganisationType.ASSOCIATION, Words("Perheiden tuki", "Familjestöd", "Family support association")),
    (
        OrganisationType.ASSOCIATION,
        Words("Mielenterveysyhdistys", "Förening för psykisk hälsa", "Mental health association"),
    ),
    (OrganisationType.EDUCATION_PROVIDER, Words("Ammattiopisto", "Yrkesinstitut", "Vocational college")),
    (OrganisationType.EDUCATION_PROVIDER, Words("Kansanopisto", "Folkhögskola", "Folk high school")),
    (
        OrganisationType.FOUNDATION,
        Words("Perhekeskussäätiö", "Stiftelsen Familjecentret", "Family centre foundation"),
    ),
    (OrganisationType.PARISH, Words("Seurakuntayhtymä", "Kyrklig samfällighet", "Parish union")),
    (OrganisationType.COMPANY, Words("Yhteiskunnallinen yritys", "Socialt företag", "Social enterprise")),
    (
        OrganisationType.JOINT_AUTHORITY,
        Words("Koulutuskuntayhtymä", "Utbildningssamkommun", "Joint authority for education"),
    ),
)
"""Types of synthetic organisations and what they are called."""

PHENOMENON_SUBJECTS = (
    Words("Yksinäisyys", "Ensamhet", "Loneliness"),
    Words("Poissaolot koulusta", "Skolfrånvaro", "Absence from school"),
    Words("Velkaantuminen", "Skuldsättning", "Debt"),
    Words("Unettomuus", "Sömnlöshet", "Sleeplessness"),
    Words("Asunnottomuus", "Bostadslöshet", "Homelessness"),
    Words("Päihteiden käyttö", "Bruk av rusmedel", "Use of intoxicants"),
    Words("Osallisuus", "Delaktighet", "Participation"),
    Words("Digitaalinen eriytyminen", "Digital klyfta", "Digital divide"),
    Words("Palvelujen hajanaisuus", "Splittrade tjänster", "Scattered services"),
)
"""What synthetic phenomena are about."""

PHENOMENON_GROUPS = (
    Words("nuoret", "unga", "young people"),
    Words("nuoret aikuiset", "unga vuxna", "young adults"),
    Words("lapsiperheet", "barnfamiljer", "families with children"),
    Words("maahan muuttaneet", "invandrare", "immigrants"),
)
"""Whom synthetic phenomena concern."""

GOALS = (
    Words("Poissaolot vähenevät", "Frånvaron minskar", "Absence decreases"),
    Words(
        "Nuori saa apua viikossa",
        "Den unga får hjälp inom en vecka",
        "The young person gets help within a week",
    ),
    Words("Työntekijät tuntevat toisensa", "De anställda känner varandra", "The employees know one another"),
    Words("Useampi pääsee opintoihin", "Fler kommer in på studier", "More people get into studies"),
    Words("Perheen kuormitus kevenee", "Familjens belastning lättar", "The strain on the family eases"),
)
"""What synthetic pilots aim at."""

LEARNINGS = (
    Words(
        "Aloita pienestä ja kerro siitä heti",
        "Börja i liten skala och berätta genast",
        "Start small and tell about it at once",
    ),
    Words(
        "Ilman rehtorin tukea kokeilu hiipui",
        "Utan rektorns stöd rann det ut i sanden",
        "Without the head teacher the trial faded",
    ),
    Words(
        "Nuoret keksivät paremman tavan",
        "De unga kom på ett bättre sätt",
        "The young people found a better way",
    ),
    Words(
        "Yhteinen kalenteri ratkaisi eniten",
        "Den gemensamma kalendern löste mest",
        "A shared calendar solved the most",
    ),
    Words(
        "Kohderyhmä oli rajattu liian väljästi",
        "Målgruppen var för löst avgränsad",
        "The group was bounded too loosely",
    ),
)
"""What synthetic pilots taught."""
