"""What catalog holds about people, for the privacy desk alone."""

from chassis.personal_routes import PersonalData, personal_data_routes
from services.catalog.personal_data import DECLARATIONS
from services.catalog.repository.personal_data import candidates
from services.catalog.tables import Table

router = personal_data_routes(PersonalData("catalog", Table.metadata, DECLARATIONS, candidates))
