"""What the catalog's tables hold about people: the trainers of the sessions, and nobody else.

The trainer is a name that sales wrote on a session: the name is all that leads to the person. Seats are held for a
contract, never for somebody.
"""

from chassis.personal_data import (
    BUSINESS_RELATION,
    RELATIONSHIP,
    Activity,
    Category,
    Field,
    Holding,
    Link,
    People,
    Purpose,
    Source,
    fields,
    holds,
)

SESSIONS = Activity(
    Purpose(
        "sessions",
        "Organisation des sessions de formation",
        ("Service commercial",),
    ),
    BUSINESS_RELATION,
    RELATIONSHIP,
)
DECLARATIONS = (
    holds("course", "Formation", none="id reference revision title domain subdomain domain_key subdomain_key days"),
    holds("course_draft", "Brouillon de fiche", none="course_id version sheet"),
    holds("course_revision", "Fiche publiée", none="course_id number sheet published_on published_at"),
    holds("search_term", "Mot de la recherche", none="term course_id weight"),
    holds(
        "session",
        "Session animée",
        Holding(
            Link(People.TRAINER, "", named="trainer"),
            SESSIONS,
            Source.STAFF,
            (
                Field("trainer", Category.IDENTITY, "Nom du formateur"),
                *fields(
                    Category.PROFESSIONAL,
                    {
                        "course_reference": "Formation",
                        "starts_on": "Du",
                        "ends_on": "Au",
                        "place": "Lieu",
                    },
                ),
            ),
        ),
        none="id course_id course_revision kind seats_max",
    ),
    holds("session_half_day", "Demi-journée", none="session_id place day half hours_hundredths"),
    holds("seat_hold", "Places retenues", none="session_id contract_id seats expires_at released_at overbooked"),
)
