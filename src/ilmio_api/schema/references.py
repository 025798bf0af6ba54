"""References between types that stand in different modules.

Owns: one name per published type for use in annotations: `PilotRef`.
Does not own: the types.

Types refer to each other in circles; Strawberry resolves a lazy reference when the schema is built.
"""

from typing import TYPE_CHECKING, Annotated

import strawberry

if TYPE_CHECKING:
    from ilmio_api.schema.areas import Area
    from ilmio_api.schema.events import Event, EventSeries
    from ilmio_api.schema.indicators import Indicator, Observation
    from ilmio_api.schema.initiatives import Collection, Initiative, Pilot, Project, RegionalProgramme
    from ilmio_api.schema.knowledge import ImpactFigure, Implementation, Learning, OperatingModel, PrincipleSet, Section
    from ilmio_api.schema.networks import Network
    from ilmio_api.schema.organisations import Organisation
    from ilmio_api.schema.participations import Participation
    from ilmio_api.schema.phenomena import Phenomenon, PhenomenonPriority

AreaRef = Annotated["Area", strawberry.lazy("ilmio_api.schema.areas")]
CollectionRef = Annotated["Collection", strawberry.lazy("ilmio_api.schema.initiatives")]
EventRef = Annotated["Event", strawberry.lazy("ilmio_api.schema.events")]
EventSeriesRef = Annotated["EventSeries", strawberry.lazy("ilmio_api.schema.events")]
ImpactFigureRef = Annotated["ImpactFigure", strawberry.lazy("ilmio_api.schema.knowledge")]
ImplementationRef = Annotated["Implementation", strawberry.lazy("ilmio_api.schema.knowledge")]
IndicatorRef = Annotated["Indicator", strawberry.lazy("ilmio_api.schema.indicators")]
InitiativeRef = Annotated["Initiative", strawberry.lazy("ilmio_api.schema.initiatives")]
LearningRef = Annotated["Learning", strawberry.lazy("ilmio_api.schema.knowledge")]
NetworkRef = Annotated["Network", strawberry.lazy("ilmio_api.schema.networks")]
ObservationRef = Annotated["Observation", strawberry.lazy("ilmio_api.schema.indicators")]
OperatingModelRef = Annotated["OperatingModel", strawberry.lazy("ilmio_api.schema.knowledge")]
OrganisationRef = Annotated["Organisation", strawberry.lazy("ilmio_api.schema.organisations")]
ParticipationRef = Annotated["Participation", strawberry.lazy("ilmio_api.schema.participations")]
PhenomenonRef = Annotated["Phenomenon", strawberry.lazy("ilmio_api.schema.phenomena")]
PhenomenonPriorityRef = Annotated["PhenomenonPriority", strawberry.lazy("ilmio_api.schema.phenomena")]
PilotRef = Annotated["Pilot", strawberry.lazy("ilmio_api.schema.initiatives")]
PrincipleSetRef = Annotated["PrincipleSet", strawberry.lazy("ilmio_api.schema.knowledge")]
ProjectRef = Annotated["Project", strawberry.lazy("ilmio_api.schema.initiatives")]
RegionalProgrammeRef = Annotated["RegionalProgramme", strawberry.lazy("ilmio_api.schema.initiatives")]
SectionRef = Annotated["Section", strawberry.lazy("ilmio_api.schema.knowledge")]
