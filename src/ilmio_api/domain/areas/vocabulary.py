"""Values that describe areas.

Owns: kinds of area, kinds of succession, language status.
Does not own: the areas themselves (`importers.areas`).
"""

from ilmio_api.domain.vocabulary import Vocabulary


class AreaKind(Vocabulary):
    """What an area is."""

    MUNICIPALITY = "MUNICIPALITY", "Municipality (kunta); code KU and three digits."
    SUB_REGION = "SUB_REGION", "Sub-region (seutukunta); code SK and three digits."
    REGION = "REGION", "Region (maakunta); code MK and two digits."
    WELLBEING_SERVICES_COUNTY = (
        "WELLBEING_SERVICES_COUNTY",
        "Wellbeing services county (hyvinvointialue), with Helsinki and Åland as their own; code HVA and two digits.",
    )
    ECONOMIC_DEVELOPMENT_CENTRE = (
        "ECONOMIC_DEVELOPMENT_CENTRE",
        "Area of an Economic Development Centre (elinvoimakeskus), since 2026; code EVK and two digits.",
    )
    ELY_CENTRE = "ELY_CENTRE", "Area of an ELY Centre (ELY-keskus), until the end of 2025; code ELY and two digits."
    EMPLOYMENT_AREA = "EMPLOYMENT_AREA", "Employment area (työllisyysalue), since 2025; code TYA and two digits."
    COLLABORATIVE_AREA = (
        "COLLABORATIVE_AREA",
        "Collaborative area of wellbeing services counties (yhteistyöalue); code YTA and two digits.",
    )
    COUNTRY = "COUNTRY", "The whole of Finland; code FI."


class SuccessionKind(Vocabulary):
    """How one area followed another."""

    REPLACED = "REPLACED", "The whole area became part of, or the same as, the successor under a new authority."
    SPLIT = "SPLIT", "The area was divided; this successor took a part of it."
    MERGED = "MERGED", "The area was merged into a successor that existed before."


class LanguageStatus(Vocabulary):
    """The official languages of a municipality."""

    FINNISH = "FINNISH", "Finnish only."
    BILINGUAL_FINNISH_MAJORITY = "BILINGUAL_FINNISH_MAJORITY", "Bilingual, Finnish is the language of the majority."
    BILINGUAL_SWEDISH_MAJORITY = "BILINGUAL_SWEDISH_MAJORITY", "Bilingual, Swedish is the language of the majority."
    SWEDISH = "SWEDISH", "Swedish only."


class UrbanRuralClass(Vocabulary):
    """Statistics Finland's grouping of municipalities by the share and size of their built-up areas."""

    URBAN = "URBAN", "Urban municipality."
    SEMI_URBAN = "SEMI_URBAN", "Semi-urban municipality."
    RURAL = "RURAL", "Rural municipality."
