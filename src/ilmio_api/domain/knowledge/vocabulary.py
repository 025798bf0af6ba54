"""Values that describe knowledge.

Owns: section profiles and states, implementation status, kinds of learning, qualifiers and evidence of figures.
Does not own: stage and scope, which operating models share with initiatives (`domain.initiatives.vocabulary`).
"""

from ilmio_api.domain.vocabulary import Vocabulary


class SectionProfile(Vocabulary):
    """The form that a section belongs to; every form round-trips."""

    INNOKYLA_OPERATING_MODEL = (
        "INNOKYLA_OPERATING_MODEL",
        "Innokylä form of an operating model (toimintamalli).",
    )
    INNOKYLA_PATH = "INNOKYLA_PATH", "Innokylä development path (kehittämisen polku)."
    INNOKYLA_COLLECTION = "INNOKYLA_COLLECTION", "Innokylä form of a collection (kokonaisuus)."
    PROJECT_CARD = "PROJECT_CARD", "Project card of a university of applied sciences."
    GENERIC = "GENERIC", "No particular form."


class SectionState(Vocabulary):
    """Whether a section of a form was answered."""

    FILLED = "FILLED", "The source gives a text."
    EMPTY = "EMPTY", "The form asks, and the source left it empty."
    NOT_ASKED = "NOT_ASKED", "The form that the source used does not ask."


class ImplementationStatus(Vocabulary):
    """What became of an operating model in one place."""

    ADOPTED = "ADOPTED", "Taken into use."
    TRIED = "TRIED", "Tried out."
    ABANDONED = "ABANDONED", "Given up."
    PERMANENT = "PERMANENT", "Part of the permanent work."
    UNKNOWN = "UNKNOWN", "The source does not tell."


class LearningKind(Vocabulary):
    """What kind of lesson it is."""

    SUCCESS = "SUCCESS", "Something worked."
    FAILURE = "FAILURE", "Something did not work."
    SURPRISE = "SURPRISE", "Something came out otherwise than expected."
    RECOMMENDATION = "RECOMMENDATION", "Advice to those who come after."


class FigureQualifier(Vocabulary):
    """How exactly a figure is meant."""

    EXACT = "EXACT", "As stated."
    ABOUT = "ABOUT", "About this much."
    AT_LEAST = "AT_LEAST", "At least this much."
    AT_MOST = "AT_MOST", "At most this much."


class FigureUnit(Vocabulary):
    """What a figure counts."""

    PERSONS = "PERSONS", "Persons."
    PERCENT = "PERCENT", "Per cent of the population that the figure names."
    VISITS = "VISITS", "Visits."
    QUALIFICATIONS = "QUALIFICATIONS", "Completed qualifications."
    LANGUAGES = "LANGUAGES", "Languages."
    EUROS = "EUROS", "Euros."
    OTHER = "OTHER", "Something else; the statement tells what."


class EvidenceLevel(Vocabulary):
    """How well a figure is supported, judged by what its source states."""

    CLAIM = "CLAIM", "Stated without year, method or population."
    DESCRIBED = "DESCRIBED", "Year and population are stated; the method is not."
    MEASURED = "MEASURED", "Year, population and method are stated."
    EVALUATED = "EVALUATED", "Comes from an evaluation with a comparison."


class Audience(Vocabulary):
    """Whom a principle addresses."""

    EVERYBODY = "EVERYBODY", "Everybody who develops services."
    PROFESSIONALS = "PROFESSIONALS", "Professionals."
    LEADERS = "LEADERS", "Leaders."
    PARTNERS = "PARTNERS", "Partners and networks."
    AUTHORITIES = "AUTHORITIES", "Public authorities."
