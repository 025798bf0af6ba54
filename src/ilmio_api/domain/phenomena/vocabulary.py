"""Values that describe phenomena.

Owns: nature of a phenomenon, relations between phenomena, schemes of concepts.
Does not own: the phenomena (data).
"""

from ilmio_api.domain.vocabulary import Vocabulary


class PhenomenonNature(Vocabulary):
    """What was recorded as a phenomenon; sources also call solutions phenomena."""

    CHALLENGE = "CHALLENGE", "A problem that has several interdependent causes."
    RESOURCE = "RESOURCE", "Something good that is to grow, such as life skills."
    SOLUTION = (
        "SOLUTION",
        "A way of working that a source presents as a phenomenon; kept, and marked as what it is.",
    )


class PhenomenonRelationKind(Vocabulary):
    """How one phenomenon relates to another; read as subject – relation – object."""

    BROADER = "BROADER", "The subject is a wider phenomenon that includes the object."
    NARROWER = "NARROWER", "The subject is a part of the object."
    CAUSES = "CAUSES", "The subject is a cause of the object."
    CONTRIBUTES_TO = "CONTRIBUTES_TO", "The subject makes the object more likely."
    CO_OCCURS = "CO_OCCURS", "The two are seen together; the source claims no cause."


class ConceptScheme(Vocabulary):
    """The vocabulary that a concept belongs to."""

    YSO = "YSO", "General Finnish Ontology (Finto)."
    KOKO = "KOKO", "KOKO Ontology (Finto)."
    SDG = "SDG", "Sustainable Development Goal of the United Nations."
    TARGET_GROUP = "TARGET_GROUP", "Group of people that is meant; vocabulary of this service."
    LIFE_STAGE = "LIFE_STAGE", "Stage of life or transition; vocabulary of this service."
