"""Who prospects for the demo organisations: a firm that does it well, one whose meetings are weakly qualified, and the own
salespeople, in between."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Manner:
    """How meetings go; chances are of one meeting. decider: of a refusal, that nobody who decides was there; log_hours: the
    median."""

    per_month: int  # meetings
    accepted: float
    guest_absent: float
    opens: float  # an accepted meeting becomes an opportunity
    decider: float
    log_hours: float
    in_target: float


@dataclass(frozen=True, slots=True)
class Firm(Manner):
    name: str
    login: tuple[str, str]  # e-mail, name
    engagement: str
    monthly_accepted: int
    meeting_price: int  # major units
    month_price: int
    disclosure: str


OWN = Manner(
    per_month=18, accepted=0.75, guest_absent=0.12, opens=0.4, decider=0.5, log_hours=5.0, in_target=0.95
)


@dataclass(frozen=True, slots=True)
class Agreement:
    """What a good meeting is, in the organisation's language: (label, how to tell, evidence asked for, required)."""

    definition: str
    criteria: tuple[tuple[str, str, str, bool], ...]
    proposal: tuple[str, str, str, bool]  # a criterion that the client proposes to add
    evidence: tuple[str, ...]
    refusal: str  # nobody who decides was there
    other_refusal: str
    dispute: str
    second_look: str
    firms: tuple[Firm, Firm]
    territories: str


PROSPECTEURS = ("paul@prospecteurs.example", "Paul Rivière")
GOOD: dict[str, Any] = {
    "per_month": 15, "monthly_accepted": 10, "meeting_price": 280, "month_price": 900, "disclosure": "amount",
    "accepted": 0.88, "guest_absent": 0.07, "opens": 0.6, "decider": 0.4, "log_hours": 3.0, "in_target": 0.97,
}  # fmt: skip
WEAK: dict[str, Any] = {
    "per_month": 20, "monthly_accepted": 14, "meeting_price": 190, "month_price": 600, "disclosure": "outcome",
    "accepted": 0.5, "guest_absent": 0.2, "opens": 0.2, "decider": 0.75, "log_hours": 22.0, "in_target": 0.75,
}  # fmt: skip

AGREEMENTS: Mapping[str, Agreement] = {
    "nordalys": Agreement(
        definition="Rendez-vous qualifié",
        criteria=(
            ("Un besoin exprimé", "Dit avec leurs mots, pas les nôtres", "Une phrase d’eux", True),
            ("Un décideur présent", "Signe, ou vient avec qui signe", "Fonction de la personne", True),
            ("Un atelier de production en France", "Au moins 50 personnes", "", True),
            ("Une échéance", "Un projet dans l’année", "", False),
        ),
        proposal=("Un budget évoqué", "Un ordre de grandeur suffit", "", False),
        evidence=("Nous perdons deux heures par équipe", "Directeur industriel", "Projet validé pour le trimestre"),
        refusal="Personne ne pouvait décider autour de la table.",
        other_refusal="De la curiosité, sans besoin précis.",
        dispute="Le directeur de site a rejoint la réunion au bout de dix minutes.",
        second_look="Relu avec l’hôte et l’enregistrement des présents.",
        firms=(
            Firm("Les Prospecteurs", PROSPECTEURS, "Industrie, France", **GOOD),
            Firm("Relais Vente", ("lea@relaisvente.example", "Léa Garnier"), "Agroalimentaire", **WEAK),
        ),
        territories="France",
    ),
    "brightpath": Agreement(
        definition="Qualified meeting",
        criteria=(
            ("A need in their words", "Said by them, not by us", "A sentence of theirs", True),
            ("Somebody who decides", "Signs, or brings who signs", "Job title", True),
            ("More than 100 employees", "In the countries that we serve", "", True),
            ("A date", "A project within the year", "", False),
        ),
        proposal=("A budget was mentioned", "An order of magnitude is enough", "", False),
        evidence=("We lose a day a month on this", "Head of operations", "Project agreed for the quarter"),
        refusal="Nobody at the table could decide.",
        other_refusal="Curious, without a need of their own.",
        dispute="Their head of operations joined after ten minutes.",
        second_look="Read again with the host and the list of those present.",
        firms=(
            Firm("Les Prospecteurs", PROSPECTEURS, "United Kingdom outbound", **GOOD),
            Firm("Dial & Co", ("kim@dialco.example", "Kim Archer"), "Events and cold calls", **WEAK),
        ),
        territories="United Kingdom, Ireland",
    ),
}  # fmt: skip
