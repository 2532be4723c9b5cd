"""What payments holds about people, for the privacy desk alone."""

from chassis.personal_routes import PersonalData, personal_data_routes
from services.payments.personal_data import DECLARATIONS
from services.payments.repository.personal_data import candidates
from services.payments.tables import Table

router = personal_data_routes(PersonalData("payments", Table.metadata, DECLARATIONS, candidates))
