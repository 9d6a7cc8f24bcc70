"""Metrics of conversion: how opportunities move through the stages."""

from typing import Final

from objectives.domain.metric import Family, Link, LinkOwner, Metric, Unit
from tenants.domain.roles import Role

CONVERSION: Final = (
    Metric(
        key="stage_conversion_rate",
        family=Family.CONVERSION,
        name_en="Stage conversion rate",
        name_fr="Taux de conversion d’étape",
        unit=Unit.RATE,
        definition_en=(
            "Share of the opportunities entering a stage that will move on to the next one in the end. Those "
            "still open count as not decided yet, never as lost (Aalen–Johansen). Skipping a stage counts as "
            "passing it. Shown with its count and its 80 % interval."
        ),
        definition_fr=(
            "Part des opportunités entrées dans une étape qui finiront par passer à la suivante. Celles "
            "encore en cours comptent comme non tranchées, jamais comme perdues (Aalen–Johansen). Sauter une "
            "étape revient à la franchir. Affiché avec son effectif et son intervalle à 80 %."
        ),
        formula_en="cumulative incidence of moving on, at the last observed event",
        formula_fr="incidence cumulée du passage à l’étape suivante, au dernier événement observé",
        link=Link.CONVERSION,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="opportunities that moved on",
        numerator_fr="opportunités passées à l’étape suivante",
        denominator_en="opportunities that entered the stage, corrected for those still open",
        denominator_fr="opportunités entrées dans l’étape, corrigées de celles encore en cours",
        has_stage=True,
    ),
    Metric(
        key="win_rate",
        family=Family.CONVERSION,
        name_en="Win rate",
        name_fr="Taux de gain",
        unit=Unit.RATE,
        definition_en=(
            "Share of the opportunities opened that will be won in the end, those still open counting as not "
            "decided yet. It is not the share of wins among closed deals."
        ),
        definition_fr=(
            "Part des opportunités ouvertes qui finiront gagnées, celles encore en cours comptant comme non "
            "tranchées. Ce n’est pas la part des affaires gagnées parmi les affaires closes."
        ),
        formula_en="cumulative incidence of winning, at the last observed event",
        formula_fr="incidence cumulée du gain, au dernier événement observé",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="opportunities won",
        numerator_fr="opportunités gagnées",
        denominator_en="opportunities opened, corrected for those still open",
        denominator_fr="opportunités ouvertes, corrigées de celles encore en cours",
    ),
    Metric(
        key="sales_cycle_days",
        family=Family.CONVERSION,
        name_en="Sales cycle",
        name_fr="Durée du cycle de vente",
        unit=Unit.DAYS,
        definition_en=(
            "Days from the opening of an opportunity to its win: the median over those that are won, open "
            "ones taken into account. Unknown when the file holds no dated history."
        ),
        definition_fr=(
            "Nombre de jours entre l’ouverture d’une opportunité et sa signature : médiane des opportunités "
            "gagnées, compte tenu de celles encore en cours. Inconnue quand le fichier n’a pas "
            "d’historique daté."
        ),
        formula_en="median of the time to win",
        formula_fr="médiane du délai de signature",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="days from opening to win",
        numerator_fr="jours entre l’ouverture et la signature",
        higher_is_better=False,
    ),
    Metric(
        key="stale_share",
        family=Family.CONVERSION,
        name_en="Stalled deals",
        name_fr="Affaires qui stagnent",
        unit=Unit.RATE,
        definition_en=(
            "Share of the open opportunities that have been open longer than 9 in 10 of the won ones ever "
            "were. A pipeline that is large only because nothing leaves it shows here."
        ),
        definition_fr=(
            "Part des opportunités en cours ouvertes depuis plus longtemps que ne l’ont été 9 "
            "opportunités gagnées sur 10. Un pipeline gros seulement parce que rien n’en sort se voit "
            "ici."
        ),
        formula_en="open opportunities older than the 9th decile of the time to win ÷ open opportunities",
        formula_fr=(
            "opportunités en cours plus âgées que le 9e décile du délai de signature ÷ opportunités en cours"
        ),
        link=Link.CONVERSION,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="open opportunities older than 9 in 10 of the won ones",
        numerator_fr="opportunités en cours plus âgées que 9 gagnées sur 10",
        denominator_en="open opportunities with a known age",
        denominator_fr="opportunités en cours d’âge connu",
        higher_is_better=False,
    ),
)
