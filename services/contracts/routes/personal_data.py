"""What contracts holds about people, for the privacy desk alone."""

from chassis.personal_routes import PersonalData, personal_data_routes
from services.contracts.personal_data import DECLARATIONS
from services.contracts.repository.personal_data import candidates
from services.contracts.tables import metadata

router = personal_data_routes(PersonalData("contracts", metadata, DECLARATIONS, candidates))
