"""What happened in the demo organisations beside their deals: strategies, talks about shares, a revision, a newcomer."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Orientation:
    """A version of the strategy; `quarters_ago`: how many quarters before the present one it began."""

    quarters_ago: int
    statement: str
    ambition: int  # a year at the horizon, major units
    growth: int
    profitability: int
    new_markets: int
    retention: int


@dataclass(frozen=True, slots=True)
class Story:
    """growth: of each quarter's ambition over the four before it, the oldest first, the present one last.

    kept_because: why an objective that is out of reach is kept. counter_reason, no_reason: of a counter-proposal that
    was taken, of one that was not. joiner: name, e-mail, team of somebody who starts in the middle of the quarter.
    correction: by which part a deal of the last closed quarter turned out smaller after the closing.
    """

    orientations: tuple[Orientation, ...]
    growth: tuple[float, ...]
    kept_because: str
    counter_reason: str
    no_counter_reason: str
    no_reason: str
    revision: str
    joiner: tuple[str, str, str]
    correction: float


# The ambition of the present quarter and of the one before it, in every demo organisation.
GROWTH = 1.3

STORIES: Mapping[str, Story] = {
    "nordalys": Story(
        orientations=(
            Orientation(
                4, "Gagner des ateliers de production partout en France, avec l’offre d’entrée.", 4_000_000,
                60, 20, 10, 10,
            ),
            Orientation(
                0, "Vendre mieux : des affaires plus grandes, une marge défendue, l’aéronautique comme nouveau terrain.",
                5_000_000, 40, 30, 20, 10,
            ),
        ),
        growth=(0.9, 1.05, 1.2, GROWTH, GROWTH),
        kept_because="Deux salons et une campagne auprès des anciens clients ne sont pas encore dans l’historique.",
        counter_reason="Deux comptes de mon secteur ont gelé leurs achats jusqu’en décembre.",
        no_counter_reason="Deux des plus gros clients de l’équipe sont déjà équipés.",
        no_reason="Trois comptes de la zone rejoignent votre secteur ce trimestre : la part les compte.",
        revision="Le secteur de Lyon passe de l’équipe Sud à l’équipe Nord au 1er du mois.",
        joiner=("Clara Vasseur", "clara.vasseur@nordalys.example", "Sud"),
        correction=0.35,
    ),
    "brightpath": Story(
        orientations=(
            Orientation(
                4, "Land new logos in every region with Path Core.", 22_000_000, 60, 20, 10, 10,
            ),
            Orientation(
                0, "Grow what we have: larger deals, healthcare as the new market, customers who stay.",
                26_000_000, 40, 20, 20, 20,
            ),
        ),
        growth=(0.95, 1.1, 0.85, GROWTH, GROWTH),
        kept_because="The partner programme starts this quarter and is not in the history yet.",
        counter_reason="Two of my accounts froze their budgets until the new year.",
        no_counter_reason="The team’s largest prospect has just signed with a competitor.",
        no_reason="Four accounts move to your territory this quarter: the share counts them in.",
        revision="The Austrian accounts move from DACH to the new reseller on the first of the month.",
        joiner=("Theo Brandt", "theo.brandt@brightpath.example", "DACH"),
        correction=0.4,
    ),
    "petit-pont": Story(
        orientations=(),
        growth=(GROWTH,),
        kept_because="Un premier partenaire nous envoie des contacts dès ce trimestre : le passé ne le connaît pas.",
        counter_reason="", no_counter_reason="", no_reason="", revision="", joiner=("", "", ""), correction=0.0,
    ),
}  # fmt: skip
