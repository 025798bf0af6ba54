"""Languages and registers as the schema publishes them.

Owns: their GraphQL enums and descriptions.
Does not own: negotiation and fallback (`i18n.languages`, whose members have the same names).
"""

from enum import Enum

import strawberry


@strawberry.enum(description="A language of content.")
class Language(Enum):
    """See the description."""

    FI = strawberry.enum_value("fi", description="Finnish.")
    SV = strawberry.enum_value("sv", description="Swedish.")
    EN = strawberry.enum_value("en", description="English.")
    SE = strawberry.enum_value("se", description="Northern Sámi.")
    SMN = strawberry.enum_value("smn", description="Inari Sámi.")
    SMS = strawberry.enum_value("sms", description="Skolt Sámi.")


@strawberry.enum(description="A way of writing within a language.")
class Register(Enum):
    """See the description."""

    STANDARD = strawberry.enum_value("standard", description="Standard language.")
    EASY = strawberry.enum_value("easy", description="Easy language (selkokieli, lätt språk).")
    DIALECT = strawberry.enum_value("dialect", description="A dialect of the language.")


@strawberry.enum(description="Where a text in a language comes from.")
class TextOrigin(Enum):
    """See the description."""

    HUMAN = strawberry.enum_value("human", description="Written or translated by a person.")
    MACHINE = strawberry.enum_value("machine", description="Translated by a machine; not checked.")
