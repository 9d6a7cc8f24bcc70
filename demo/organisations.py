"""The three demo organisations and who signs in to them."""

from demo.companies import BRIGHTPATH, NORDALYS, PETIT_PONT
from demo.loading import Demo
from tenants.domain.roles import Role

PASSWORD = "boussole-demo"

DEMOS = (
    Demo(
        slug="nordalys", name="Nordalys Industrie", company=NORDALYS, currency="EUR", time_zone="Europe/Paris",
        country="FR", language="fr",
        logins={
            Role.DIRECTOR: ("directrice@nordalys.example", "Hélène Barbier"),
            Role.MANAGER: ("marc.delmas@nordalys.example", "Marc Delmas"),
            Role.REP: ("karim.benali@nordalys.example", "Karim Benali"),
            Role.MARKETING: ("marketing@nordalys.example", "Lucie Vidal"),
            Role.PARTNER: ("paul@prospecteurs.example", "Paul Rivière"),
            Role.ADVISER: ("conseil@nordalys.example", "Anne Keller"),
            Role.ADMINISTRATOR: ("admin@nordalys.example", "Denis Roy"),
        },
    ),
    Demo(
        slug="brightpath", name="Brightpath Software", company=BRIGHTPATH, currency="GBP", time_zone="Europe/London",
        country="GB", language="en",
        logins={
            Role.DIRECTOR: ("director@brightpath.example", "Victoria Shaw"),
            Role.MANAGER: ("stefan.krause@brightpath.example", "Stefan Krause"),
            Role.REP: ("anna.fischer@brightpath.example", "Anna Fischer"),
            Role.MARKETING: ("marketing@brightpath.example", "Tom Baker"),
            Role.PARTNER: ("paul@prospecteurs.example", "Paul Rivière"),
            Role.ADVISER: ("adviser@brightpath.example", "Judith Moss"),
            Role.ADMINISTRATOR: ("admin@brightpath.example", "Sam Lee"),
        },
    ),
    Demo(
        slug="petit-pont", name="Petit Pont", company=PETIT_PONT, currency="EUR", time_zone="Europe/Paris",
        country="FR", language="fr",
        logins={Role.DIRECTOR: ("jeanne.aubry@petitpont.example", "Jeanne Aubry")},
    ),
)  # fmt: skip
