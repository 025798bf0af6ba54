"""Values that describe indicators and observations.

Owns: direction, type of measure, level, status of a value, dimensions.
Does not own: the series (`importers`).
"""

from ilmio_api.domain.vocabulary import Vocabulary


class Direction(Vocabulary):
    """Which way is better."""

    HIGHER_IS_BETTER = "HIGHER_IS_BETTER", "A higher value is better."
    LOWER_IS_BETTER = "LOWER_IS_BETTER", "A lower value is better."
    NEUTRAL = "NEUTRAL", "Neither way is better as such."


class MeasureType(Vocabulary):
    """What kind of number a value is; never draw an index as a percentage."""

    PERCENT = "PERCENT", "Per cent of a population."
    COUNT = "COUNT", "Number of persons or things."
    RATE = "RATE", "Number per a given number of residents; the unit tells which."
    INDEX = "INDEX", "Index number; the unit tells what 100 stands for."
    CURRENCY = "CURRENCY", "Money; the unit tells the currency."


class IndicatorLevel(Vocabulary):
    """What the indicator tells about."""

    OUTPUT = "OUTPUT", "What was done."
    OUTCOME = "OUTCOME", "What changed for those reached."
    IMPACT = "IMPACT", "What changed in society."
    CONTEXT = "CONTEXT", "The situation in which the work is done."


class ObservationStatus(Vocabulary):
    """How final a value is, or why there is none."""

    FINAL = "FINAL", "Final."
    PROVISIONAL = "PROVISIONAL", "May still be revised."
    SUPPRESSED = (
        "SUPPRESSED",
        "Withheld by the data owner because few persons are behind it; the value is null.",
    )
    MISSING = "MISSING", "The data owner has no value; the value is null."


class Gender(Vocabulary):
    """Gender dimension of a value."""

    ALL = "ALL", "All."
    FEMALE = "FEMALE", "Women and girls."
    MALE = "MALE", "Men and boys."
