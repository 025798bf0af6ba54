"""Values that describe events.

Owns: kinds of event and of place, sectors of participants.
Does not own: the events (data).
"""

from ilmio_api.domain.vocabulary import Vocabulary


class EventKind(Vocabulary):
    """What kind of event it is."""

    COACHING_DAY = "COACHING_DAY", "A day of coaching."
    WORKSHOP = "WORKSHOP", "A workshop."
    WEBINAR = "WEBINAR", "A webinar."
    PANEL = "PANEL", "A panel discussion."
    SEMINAR = "SEMINAR", "A seminar."
    OTHER = "OTHER", "Some other kind."


class EventMode(Vocabulary):
    """Where people meet."""

    ON_SITE = "ON_SITE", "In one place."
    ONLINE = "ONLINE", "Online."
    HYBRID = "HYBRID", "In one place and online."
    UNKNOWN = "UNKNOWN", "The source does not tell."


class Sector(Vocabulary):
    """Where participants come from."""

    WELLBEING_SERVICES = "WELLBEING_SERVICES", "Wellbeing services counties."
    EDUCATION = "EDUCATION", "Schools and other education."
    MUNICIPALITIES = "MUNICIPALITIES", "Municipalities."
    ASSOCIATIONS = "ASSOCIATIONS", "Associations and other civil society."
    CULTURE = "CULTURE", "Arts and culture."
    WORKING_LIFE = "WORKING_LIFE", "Employers and working life."
    STATE = "STATE", "State authorities."
    OTHER = "OTHER", "Others; the note tells who."
