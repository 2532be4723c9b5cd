"""Who and what the story is about: invented people and companies, a real course."""

COURSE = "MRK-OPE-08"
FILE_NUMBER = "ATL-2026-004512"
HALF_DAYS = [
    {"day": day, "half": half, "hours": "3.50"}
    for day in ("2026-01-30", "2026-01-31")
    for half in ("morning", "afternoon")
]
CUSTOMER = {
    "kind": "company",
    "name": "Menuiserie Vidal",
    "siret": "911 223 345 00024",
    "vat_number": "FR42911223345",
    "billing_address": {"street": "4 chemin du Moulin", "postal_code": "07200", "city": "Aubenas", "country": "FR"},
    "email": "compta@menuiserie-vidal.example",
    "contact_name": "Claire Vidal",
}
TRAINEES = [
    {"given_name": "Inès", "family_name": "Morel", "email": "ines.morel@menuiserie-vidal.example"},
    {"given_name": "Paul", "family_name": "Lefèvre", "email": "paul.lefevre@menuiserie-vidal.example"},
]
LINES = [
    {
        "description": "Formation CRM, 2 jours, 2 participants",
        "quantity": "1",
        "unit_price": "2000.00",
        "vat_rate": "20",
    }
]
CREDIT_NOTE = "381"
COPY_OF_APPROVAL = b"%PDF-1.4 accord de prise en charge ATL-2026-004512"
SIGNED_PROPOSAL = b"%PDF-1.4 proposition signee"
