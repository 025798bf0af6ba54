"""What is recorded: tables, rules and commands of every context; no web, no GraphQL.

Importing this package registers every table, so that migrations and checks see the whole model.
"""

from ilmio_api.db.base import Base
from ilmio_api.domain import records
from ilmio_api.domain.accounts import client_models, sign_in_models, token_models, walls
from ilmio_api.domain.accounts import models as accounts
from ilmio_api.domain.areas import models as areas
from ilmio_api.domain.events import models as events
from ilmio_api.domain.indicators import models as indicators
from ilmio_api.domain.initiatives import models as initiatives
from ilmio_api.domain.knowledge import models as knowledge
from ilmio_api.domain.networks import models as networks
from ilmio_api.domain.organisations import models as organisations
from ilmio_api.domain.phenomena import models as phenomena
from ilmio_api.domain.provenance import models as provenance

walls.mark(Base.metadata)

__all__ = [
    "accounts",
    "areas",
    "client_models",
    "events",
    "indicators",
    "initiatives",
    "knowledge",
    "networks",
    "organisations",
    "phenomena",
    "provenance",
    "records",
    "sign_in_models",
    "token_models",
]
