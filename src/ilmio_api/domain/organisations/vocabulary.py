"""Values that describe organisations.

Owns: types of organisation, kinds of succession and of channel.
Does not own: roles in an initiative (`domain.initiatives.vocabulary`).
"""

from ilmio_api.domain.vocabulary import Vocabulary


class OrganisationType(Vocabulary):
    """What kind of organisation this is."""

    MINISTRY = "MINISTRY", "Ministry of the Finnish government."
    STATE_AGENCY = "STATE_AGENCY", "Other state agency or institute."
    ECONOMIC_DEVELOPMENT_CENTRE = (
        "ECONOMIC_DEVELOPMENT_CENTRE",
        "Economic Development Centre (elinvoimakeskus), a regional state authority since 2026.",
    )
    ELY_CENTRE = "ELY_CENTRE", "ELY Centre, a regional state authority until the end of 2025."
    REGIONAL_COUNCIL = "REGIONAL_COUNCIL", "Regional council (maakunnan liitto)."
    WELLBEING_SERVICES_COUNTY = "WELLBEING_SERVICES_COUNTY", "Wellbeing services county (hyvinvointialue)."
    MUNICIPALITY = "MUNICIPALITY", "Municipality or city."
    JOINT_AUTHORITY = "JOINT_AUTHORITY", "Joint municipal authority (kuntayhtymä)."
    UNIVERSITY_OF_APPLIED_SCIENCES = "UNIVERSITY_OF_APPLIED_SCIENCES", "University of applied sciences."
    UNIVERSITY = "UNIVERSITY", "University."
    EDUCATION_PROVIDER = "EDUCATION_PROVIDER", "School, vocational institution or other education provider."
    ASSOCIATION = "ASSOCIATION", "Registered association."
    FOUNDATION = "FOUNDATION", "Foundation."
    PARISH = "PARISH", "Parish or church body."
    COMPANY = "COMPANY", "Company."
    OTHER = "OTHER", "Some other type; the recorded words are kept beside."
    UNKNOWN = "UNKNOWN", "The source does not tell."


class OrganisationSuccessionKind(Vocabulary):
    """How one organisation followed another."""

    RENAMED = "RENAMED", "The same organisation under a new name and identity."
    MERGED = "MERGED", "Merged into the successor."
    SPLIT = "SPLIT", "Divided; this successor took a part."
    TASKS_MOVED = "TASKS_MOVED", "The tasks moved to the successor."


class ChannelKind(Vocabulary):
    """What a channel of an organisation is."""

    WEBSITE = "WEBSITE", "Web site."
    SOCIAL_MEDIA = "SOCIAL_MEDIA", "Profile in a social medium."
    PHONE = "PHONE", "Public service number of the organisation, not of a person."
    OTHER = "OTHER", "Some other channel."
