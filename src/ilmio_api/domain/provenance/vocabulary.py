"""Values that describe provenance.

Owns: schemes of external ids, types of document, legal bases of contacts.
Does not own: licences, which every record has (`domain.records`).
"""

from ilmio_api.domain.vocabulary import Vocabulary


class ExternalIdScheme(Vocabulary):
    """The register that an external id belongs to."""

    INNOKYLA = "INNOKYLA", "Innokylä, the Finnish open innovation community."
    EURA = "EURA", "EURA, the register of structural fund projects."
    LAB = "LAB", "LAB University of Applied Sciences."
    XAMK = "XAMK", "South-Eastern Finland University of Applied Sciences."
    SOTKANET = "SOTKANET", "Sotkanet, the statistics of the Finnish Institute for Health and Welfare."
    DIAK = "DIAK", "Diaconia University of Applied Sciences, disadvantage in Finland."
    STATFIN = "STATFIN", "Statistics Finland."
    DOI = "DOI", "Digital Object Identifier."
    URN = "URN", "Uniform Resource Name."
    OTHER = "OTHER", "Some other register."


class DocumentType(Vocabulary):
    """What a document is."""

    PUBLICATION = "PUBLICATION", "A publication."
    IMAGE = "IMAGE", "An image; the alternative text is given."
    VIDEO = "VIDEO", "A video."
    WEB_PAGE = "WEB_PAGE", "A web page."
    FILE = "FILE", "A file of some other kind."


class LegalBasis(Vocabulary):
    """Why personal data of a contact may be kept."""

    CONSENT = "CONSENT", "The person has consented."
    PUBLIC_TASK = "PUBLIC_TASK", "Needed for a task in the public interest."
    LEGITIMATE_INTEREST = "LEGITIMATE_INTEREST", "Legitimate interest."
