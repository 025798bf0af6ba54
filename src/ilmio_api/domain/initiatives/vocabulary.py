"""Values that describe initiatives.

Owns: kinds, status, stage, scope, roles, relations, funding, goals, outcomes and decisions.
Does not own: what a source called them; that stands beside, in the `…_as_recorded` columns.
"""

from ilmio_api.domain.vocabulary import Vocabulary


class InitiativeKind(Vocabulary):
    """What an initiative is."""

    PILOT = "PILOT", "A pilot: something tried in a bounded place and time."
    PROJECT = "PROJECT", "A funded project."
    REGIONAL_PROGRAMME = "REGIONAL_PROGRAMME", "A regional programme that keeps what works."
    COLLECTION = "COLLECTION", "A collection (kokonaisuus) that groups initiatives and models."


class PilotKind(Vocabulary):
    """Which kind of pilot."""

    PILOT = "PILOT", "A pilot of a way of working."
    EXPERIMENT = (
        "EXPERIMENT",
        "An experiment: a question, a bounded group, a planned duration, an outcome, a decision.",
    )


class InitiativeStatus(Vocabulary):
    """Whether an initiative is going on."""

    PLANNED = "PLANNED", "Not started yet."
    ACTIVE = "ACTIVE", "Under way."
    PAUSED = "PAUSED", "Stopped for now."
    ENDED = "ENDED", "Came to its end."
    CANCELLED = "CANCELLED", "Stopped before its end, or never started."
    UNKNOWN = "UNKNOWN", "The sources do not tell."


class Stage(Vocabulary):
    """How far the developed solution has come."""

    IDEA = "IDEA", "An idea."
    IN_DEVELOPMENT = "IN_DEVELOPMENT", "Being developed (Kehitteillä)."
    IN_TRIAL = "IN_TRIAL", "Being tried out (Kokeiltavana)."
    READY = "READY", "Ready for use (Valmis)."
    IN_PERMANENT_USE = "IN_PERMANENT_USE", "In permanent use."
    DISCONTINUED = "DISCONTINUED", "No longer developed or used."
    OTHER = "OTHER", "Some other stage; the recorded word is kept beside."
    UNKNOWN = "UNKNOWN", "The source does not tell."


class AreaScope(Vocabulary):
    """How wide something reaches; a claim of the source, beside the areas that are listed."""

    INTERNATIONAL = "INTERNATIONAL", "Beyond Finland."
    NATIONAL = "NATIONAL", "The whole country."
    MULTI_REGION = "MULTI_REGION", "Several regions."
    REGION = "REGION", "One region."
    WELLBEING_SERVICES_COUNTY = "WELLBEING_SERVICES_COUNTY", "One wellbeing services county."
    ECONOMIC_DEVELOPMENT_CENTRE = (
        "ECONOMIC_DEVELOPMENT_CENTRE",
        "The area of one Economic Development Centre.",
    )
    EMPLOYMENT_AREA = "EMPLOYMENT_AREA", "One employment area."
    SUB_REGION = "SUB_REGION", "One sub-region."
    MUNICIPALITY = "MUNICIPALITY", "One municipality."
    LOCAL_AREA = "LOCAL_AREA", "A part of a municipality."
    UNKNOWN = "UNKNOWN", "The source does not tell."


class OrganisationRole(Vocabulary):
    """What an organisation does in an initiative."""

    FUNDER = "FUNDER", "Pays for it."
    ADMINISTRATOR = "ADMINISTRATOR", "Answers for it to the funder (hallinnoija)."
    COORDINATOR = "COORDINATOR", "Coordinates it."
    IMPLEMENTER = "IMPLEMENTER", "Carries it out."
    PART_IMPLEMENTER = "PART_IMPLEMENTER", "Carries out a part of it (osatoteuttaja)."
    PARTNER = "PARTNER", "Takes part without a task of its own in the plan."
    RESPONSIBLE_AUTHORITY = (
        "RESPONSIBLE_AUTHORITY",
        "The authority that decides on and supervises the funding.",
    )
    STEERING = "STEERING", "Sits in the steering group."
    EVALUATOR = "EVALUATOR", "Evaluates it."
    ADOPTER = "ADOPTER", "Has taken its results into use."
    SUCCESSOR_OWNER = "SUCCESSOR_OWNER", "Takes over the work when it ends."
    PARTICIPANT = "PARTICIPANT", "Took part in the development; used for groups of people."
    OTHER = "OTHER", "Some other role; the recorded words are kept beside."


class InitiativeRelationKind(Vocabulary):
    """How an initiative relates to something; read as subject – relation – object."""

    CONTINUES = "CONTINUES", "Continues the object."
    SPUN_OFF_FROM = "SPUN_OFF_FROM", "Grew out of the object."
    SCALED_FROM = "SCALED_FROM", "Spreads what the object tried."
    HANDED_OVER_TO = "HANDED_OVER_TO", "Was handed over to the object when it ended."
    PART_OF = "PART_OF", "Is a part of the object."
    IMPLEMENTS_MODEL = "IMPLEMENTS_MODEL", "Puts the object, an operating model, into practice."
    DRAWS_ON = "DRAWS_ON", "Builds on the experience of the object."
    EVALUATES = "EVALUATES", "Evaluates the object."


class FundingKind(Vocabulary):
    """What kind of money it is."""

    GRANT = "GRANT", "A grant."
    OWN = "OWN", "The organisation's own money."
    EU = "EU", "Money from a fund of the European Union."
    NO_SEPARATE_FUNDING = "NO_SEPARATE_FUNDING", "Done without separate funding, as the source says."
    UNKNOWN = "UNKNOWN", "The source does not tell."


class GoalLevel(Vocabulary):
    """How high a goal stands."""

    MISSION = "MISSION", "What it is for in the end (päämäärä)."
    MAIN = "MAIN", "Main goal (päätavoite)."
    OBJECTIVE = "OBJECTIVE", "Objective."
    THEME = "THEME", "Theme that the work may address."


class MeasurementKind(Vocabulary):
    """What a measured value stands for."""

    BASELINE = "BASELINE", "Value before the work."
    TARGET = "TARGET", "Value that is aimed at."
    ACTUAL = "ACTUAL", "Value that was reached."


class ExperimentOutcome(Vocabulary):
    """What an experiment showed."""

    SUCCESS = "SUCCESS", "It worked."
    PARTIAL = "PARTIAL", "It worked in part."
    FAILURE = "FAILURE", "It did not work."
    INCONCLUSIVE = "INCONCLUSIVE", "It cannot be told."


class Decision(Vocabulary):
    """What was decided after an experiment; stopping can be a good result."""

    CONTINUE = "CONTINUE", "Go on as it is."
    SCALE = "SCALE", "Spread it."
    ADAPT = "ADAPT", "Change it and try again."
    STOP = "STOP", "Stop."
    NOT_DECIDED = "NOT_DECIDED", "No decision was recorded."
