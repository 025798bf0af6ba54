"""The controlled vocabularies of the domain as GraphQL enums.

Owns: publishing every vocabulary with the explanations that its values carry.
Does not own: the values (`domain.<context>.vocabulary`).

Importing this module publishes them all; types then use the vocabulary classes in their annotations.
"""

import strawberry
from strawberry.types.enum import StrawberryEnumDefinition

import ilmio_api.domain.outcomes  # noqa: F401  # imports every vocabulary: those of the models, and that of refusals
from ilmio_api.domain.vocabulary import Vocabulary


def publish(vocabulary: type[Vocabulary]) -> None:
    """Make a GraphQL enum of a vocabulary: its docstring and the sentence of each value become descriptions."""
    strawberry.enum(vocabulary, description=(vocabulary.__doc__ or "").split("\n", maxsplit=1)[0])
    definition: StrawberryEnumDefinition = vocabulary.__strawberry_definition__  # type: ignore[attr-defined]
    for value in definition.values:
        value.description = vocabulary[value.name].description


for _vocabulary in Vocabulary.__subclasses__():
    publish(_vocabulary)
