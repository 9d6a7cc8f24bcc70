"""Who the demo organisations are. Invented people and companies; addresses end in .example."""

from itertools import product as combine

from demo.generator import Company, Product, Seller, Team


def _email(name: str, domain: str) -> str:
    plain = name.lower().translate(str.maketrans("éèêëàâîïôöûüçñ", "eeeeaaiioouucn"))
    return f"{plain.replace(' ', '.').replace(chr(39), '')}@{domain}"


def _sellers(domain: str, teams: dict[str, str], **special: dict[str, object]) -> tuple[Seller, ...]:
    """`teams`: team → comma-separated names; `special`: first name → what differs."""
    found = []
    for team, names in teams.items():
        for name in names.split(", "):
            given = special.get(name.split(" ")[0], {})
            found.append(Seller(name=name, email=_email(name, domain), team=team, **given))  # type: ignore[arg-type]
    return tuple(found)


ATELIER_DOMAIN = "nordalys.example"
NORDALYS = Company(
    seed=20_241,
    stages=("Prospection", "Découverte", "Proposition", "Négociation", "Gagné", "Perdu"),
    rates=(0.62, 0.52, 0.58, 0.66),
    days=(6, 9, 12, 8),
    opened_per_month=7.0,
    months=28,
    teams=(
        Team("Nord", "Hélène Barbier", _email("Hélène Barbier", ATELIER_DOMAIN), "France"),
        Team("Sud", "Marc Delmas", _email("Marc Delmas", ATELIER_DOMAIN), "France"),
        Team("Grands comptes", "Sophie Renard", _email("Sophie Renard", ATELIER_DOMAIN)),
    ),
    sellers=_sellers(
        ATELIER_DOMAIN,
        {
            "Nord": "Camille Petit, Julien Moreau, Inès Leroy, Thomas Girard, Léa Fontaine",
            "Sud": "Nicolas Roussel, Amandine Faure, Karim Benali, Manon Perrin, Hugo Chevalier",
            "Grands comptes": "Claire Dumont, Antoine Marchand, Élodie Gauthier, Paul Lemoine",
        },
        Léa={"profile": "ramping", "hired_months_ago": 4},
        Hugo={"profile": "ramping", "hired_months_ago": 3},
        Claire={"profile": "senior", "pace": 1.1},
        Antoine={"profile": "senior", "pace": 0.9},
        Julien={"profile": "senior", "pace": 1.15},
        Manon={"fte": 0.8},
    ),
    products=(
        Product("Atelier Suivi", "Production", 9_000, 0.62, 0.7),
        Product("Atelier Qualité", "Production", 14_000, 0.58, 0.65),
        Product("Atelier Maintenance", "Services", 19_000, 0.48, 0.4),
        Product("Jumeau de ligne", "Projets", 38_000, 0.41, 0.2),
    ),
    segments=("Industrie", "Agroalimentaire", "Plasturgie", "Aéronautique"),
    channels=("Appel sortant", "Salon", "Recommandation", "Site web", "Partenaire"),
    lost_reasons=("Prix", "Projet reporté", "Concurrent", "Sans réponse", "Pas de besoin"),
    customers=tuple(
        f"{first} {second}"
        for first, second in combine(
            (
                "Mécanique",
                "Fonderie",
                "Plastiques",
                "Aciers",
                "Usinage",
                "Outillages",
                "Composites",
                "Emballages",
            ),
            (
                "Durand",
                "de l'Ouest",
                "Lacroix",
                "du Rhône",
                "Bertin",
                "Vasseur",
                "des Alpes",
                "Morel",
                "Loire",
                "Collet",
            ),
        )
    ),
    country="France",
    weak={("Sud", 1): 0.55},  # Découverte → Proposition: what the manager's page must find
)

BRIGHT_DOMAIN = "brightpath.example"
_BRIGHT_TEAMS = {
    "UK & Ireland": "Oliver Hughes, Amelia Clarke, Harry Bennett, Isla Murray, George Foster, Freya Walsh, Jack Doyle, "
    "Evie Palmer",
    "DACH": "Lukas Weber, Anna Fischer, Felix Wagner, Marie Becker, Jonas Hoffmann, Lena Schulz, Paula Koch, Max Richter",
    "Nordics": "Erik Lindberg, Astrid Nilsson, Oskar Holm, Freja Madsen, Aino Laine, Mikkel Berg, Saga Ek, Elias Virtanen",
    "US East": "Ethan Brooks, Olivia Reed, Mason Ward, Ava Price, Logan Hayes, Chloe Bell, Noah Perry, Emma Long",
    "US West": "Liam Cooper, Sofia Ramirez, Lucas Kim, Mia Nguyen, Owen Scott, Zoe Adams, Ryan Cole, Nora Diaz",
}
BRIGHTPATH = Company(
    seed=40_117,
    stages=("Qualification", "Discovery", "Evaluation", "Negotiation", "Won", "Lost"),
    rates=(0.55, 0.60, 0.50, 0.70),
    days=(5, 9, 14, 7),
    opened_per_month=9.0,
    months=28,
    teams=(
        Team("UK & Ireland", "Grace Turner", _email("Grace Turner", BRIGHT_DOMAIN), "EMEA"),
        Team("DACH", "Stefan Krause", _email("Stefan Krause", BRIGHT_DOMAIN), "EMEA"),
        Team("Nordics", "Ingrid Dahl", _email("Ingrid Dahl", BRIGHT_DOMAIN), "EMEA"),
        Team("US East", "Daniel Carter", _email("Daniel Carter", BRIGHT_DOMAIN), "Americas"),
        Team("US West", "Rachel Stone", _email("Rachel Stone", BRIGHT_DOMAIN), "Americas"),
    ),
    sellers=_sellers(
        BRIGHT_DOMAIN,
        _BRIGHT_TEAMS,
        Evie={"profile": "ramping", "hired_months_ago": 3},
        Max={"profile": "ramping", "hired_months_ago": 5},
        Elias={"profile": "ramping", "hired_months_ago": 2},
        Emma={"profile": "ramping", "hired_months_ago": 4},
        Nora={"profile": "ramping", "hired_months_ago": 2},
        Oliver={"profile": "senior", "pace": 1.2},
        Anna={"profile": "senior", "pace": 1.1},
        Ethan={"profile": "senior", "pace": 1.2},
        Sofia={"profile": "senior", "pace": 1.1},
        Astrid={"fte": 0.6},
    ),
    products=(
        Product("Path Core", "Platform", 18_000, 0.78, 0.9),
        Product("Path Insights", "Platform", 26_000, 0.74, 0.85),
        Product("Path Enterprise", "Platform", 64_000, 0.69, 0.8),
        Product("Onboarding", "Services", 8_000, 0.35, 0.0),
    ),
    segments=("Software", "Retail", "Logistics", "Financial services", "Healthcare"),
    channels=("Outbound", "Inbound", "Event", "Referral", "Partner"),
    lost_reasons=("Price", "No decision", "Competitor", "No budget", "Wrong fit"),
    customers=tuple(
        f"{first} {second}"
        for first, second in combine(
            (
                "Harbour",
                "Summit",
                "Cedar",
                "Northwind",
                "Beacon",
                "Quarry",
                "Lantern",
                "Meadow",
                "Granite",
                "Orchard",
            ),
            (
                "Group",
                "Labs",
                "Retail",
                "Logistics",
                "Health",
                "Capital",
                "Systems",
                "Foods",
                "Media",
                "Partners",
                "Works",
                "Energy",
            ),
        )
    ),
    country="United Kingdom",
    weak={("DACH", 2): 0.55},
)

PONT_DOMAIN = "petitpont.example"
PETIT_PONT = Company(
    seed=7,
    stages=("Premier contact", "Rendez-vous", "Devis", "Gagné", "Perdu"),
    rates=(0.5, 0.55, 0.45),
    days=(5, 8, 10),
    opened_per_month=5.0,
    months=3,
    teams=(Team("Ventes", "Jeanne Aubry", _email("Jeanne Aubry", PONT_DOMAIN)),),
    sellers=_sellers(PONT_DOMAIN, {"Ventes": "Jeanne Aubry, Louis Ferrand"}),
    products=(
        Product("Audit", "Conseil", 4_000, 0.6, 0.0),
        Product("Abonnement", "Logiciel", 6_500, 0.8, 1.0),
    ),
    segments=("Artisanat", "Commerce"),
    channels=("Recommandation", "Appel sortant"),
    lost_reasons=("Prix", "Sans réponse"),
    customers=tuple(
        f"{first} {second}"
        for first, second in combine(("Maison", "Atelier", "Boutique"), ("Lys", "Sève", "Rive", "Aube"))
    ),
    country="France",
)
