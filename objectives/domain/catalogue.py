"""The metric catalogue: one common language for every number (R2). A new metric is a row, not a branch."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from objectives.domain.metric import Link, LinkOwner, Metric, Unit

__all__ = ["CATALOGUE", "OBJECTIVE_METRICS", "Link", "LinkOwner", "Metric", "Unit"]

_METRICS: Final = (
    Metric(
        key="revenue_won",
        name_en="Revenue won",
        name_fr="Chiffre d’affaires gagné",
        unit=Unit.MONEY,
        definition_en=(
            "Amount of the opportunities won in the period, by the day they were won, credited to the owner "
            "and the team in force on that day. A deal shared by several people counts once for the team."
        ),
        definition_fr=(
            "Montant des opportunités gagnées sur la période, au jour de la signature, attribué au "
            "propriétaire et à l’équipe en vigueur ce jour-là. Une affaire partagée entre plusieurs "
            "personnes compte une seule fois pour l’équipe."
        ),
        formula_en="Σ amount of opportunities won",
        formula_fr="Σ montants des opportunités gagnées",
        link=Link.CLOSING,
        owner_of_link=LinkOwner.SALES,
        numerator_en="amount of opportunities won",
        numerator_fr="montant des opportunités gagnées",
    ),
    Metric(
        key="deals_won",
        name_en="Deals won",
        name_fr="Affaires gagnées",
        unit=Unit.COUNT,
        definition_en="Number of opportunities won in the period, by the day they were won.",
        definition_fr="Nombre d’opportunités gagnées sur la période, au jour de la signature.",
        formula_en="number of opportunities won",
        formula_fr="nombre d’opportunités gagnées",
        link=Link.CLOSING,
        owner_of_link=LinkOwner.SALES,
        numerator_en="opportunities won",
        numerator_fr="opportunités gagnées",
    ),
    Metric(
        key="opportunities_opened",
        name_en="Opportunities opened",
        name_fr="Opportunités ouvertes",
        unit=Unit.COUNT,
        definition_en=(
            "Number of opportunities that entered the first stage, or any later one, for the first time in "
            "the period. Going back a stage does not count a second time."
        ),
        definition_fr=(
            "Nombre d’opportunités entrées pour la première fois, sur la période, dans la première étape ou "
            "une étape suivante. Un retour en arrière ne compte pas une seconde fois."
        ),
        formula_en="number of opportunities opened",
        formula_fr="nombre d’opportunités ouvertes",
        link=Link.OPENING,
        owner_of_link=LinkOwner.PROSPECTING,
        numerator_en="opportunities opened",
        numerator_fr="opportunités ouvertes",
    ),
    Metric(
        key="stage_conversion_rate",
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
        numerator_en="opportunities that moved on",
        numerator_fr="opportunités passées à l’étape suivante",
        denominator_en="opportunities that entered the stage, corrected for those still open",
        denominator_fr="opportunités entrées dans l’étape, corrigées de celles encore en cours",
    ),
    Metric(
        key="average_deal_value",
        name_en="Average deal value",
        name_fr="Valeur moyenne d’une affaire",
        unit=Unit.MONEY,
        definition_en="Revenue won over the number of deals won in the same period.",
        definition_fr="Chiffre d’affaires gagné rapporté au nombre d’affaires gagnées sur la même période.",
        formula_en="revenue won ÷ deals won",
        formula_fr="chiffre d’affaires gagné ÷ affaires gagnées",
        link=Link.VALUE,
        owner_of_link=LinkOwner.SALES,
        numerator_en="revenue won",
        numerator_fr="chiffre d’affaires gagné",
        denominator_en="deals won",
        denominator_fr="affaires gagnées",
    ),
    Metric(
        key="win_rate",
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
        numerator_en="opportunities won",
        numerator_fr="opportunités gagnées",
        denominator_en="opportunities opened, corrected for those still open",
        denominator_fr="opportunités ouvertes, corrigées de celles encore en cours",
    ),
    Metric(
        key="path",
        name_en="Path",
        name_fr="Trajectoire",
        unit=Unit.RATE,
        definition_en=(
            "Share of the target expected by a given day: working days, season, ramp-up of new people and "
            "the time deals take to close. 0 before the cycle, 100 % on its last day."
        ),
        definition_fr=(
            "Part de la cible attendue à une date donnée : jours ouvrés, saison, montée en puissance des "
            "nouveaux et délai de signature des affaires. 0 avant le cycle, 100 % le dernier jour."
        ),
        formula_en="Σ weight of the days so far ÷ Σ weight of the cycle",
        formula_fr="Σ poids des jours écoulés ÷ Σ poids du cycle",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        numerator_en="weight of the days so far",
        numerator_fr="poids des jours écoulés",
        denominator_en="weight of the cycle",
        denominator_fr="poids du cycle",
        higher_is_better=None,
    ),
    Metric(
        key="gap_to_path",
        name_en="Gap to path",
        name_fr="Écart à la trajectoire",
        unit=Unit.MONEY,
        definition_en=(
            "Actual to date less what the path expects by that day, in the unit of the objective. Negative "
            "means behind. A period without activity shows the whole expected amount as a gap, not 0."
        ),
        definition_fr=(
            "Réalisé à date moins ce que la trajectoire attend ce jour-là, dans l’unité de l’objectif. "
            "Négatif : en retard. Une période sans activité affiche en écart tout l’attendu, pas 0."
        ),
        formula_en="actual − target × path",
        formula_fr="réalisé − cible × trajectoire",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        numerator_en="actual less target × path",
        numerator_fr="réalisé moins cible × trajectoire",
    ),
    Metric(
        key="gap_to_target",
        name_en="Gap to target",
        name_fr="Écart à la cible",
        unit=Unit.MONEY,
        definition_en="Actual to date less the target of the whole cycle, in the unit of the objective.",
        definition_fr="Réalisé à date moins la cible du cycle entier, dans l’unité de l’objectif.",
        formula_en="actual − target",
        formula_fr="réalisé − cible",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        numerator_en="actual less target",
        numerator_fr="réalisé moins cible",
    ),
    Metric(
        key="cover_ratio",
        name_en="Cover ratio",
        name_fr="Taux de couverture",
        unit=Unit.RATE,
        definition_en=(
            "Sum of the children's targets over the parent's target. Above 100 %, the shares hold a margin "
            "of safety; below, part of the target is not allotted. No target yet is empty, not 0."
        ),
        definition_fr=(
            "Somme des cibles des enfants rapportée à celle du parent. Au-dessus de 100 %, les parts gardent "
            "une marge de sécurité ; en dessous, une partie de la cible n’est pas répartie. Une cible "
            "absente reste vide, elle ne vaut pas 0."
        ),
        formula_en="Σ children's targets ÷ parent's target",
        formula_fr="Σ cibles des enfants ÷ cible du parent",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        numerator_en="sum of the children's targets",
        numerator_fr="somme des cibles des enfants",
        denominator_en="parent's target",
        denominator_fr="cible du parent",
        higher_is_better=None,
    ),
    Metric(
        key="lever_contribution",
        name_en="Lever contribution",
        name_fr="Contribution d’un levier",
        unit=Unit.MONEY,
        definition_en=(
            "What one lever (volume, mix, a rate, value) owes to the gap between plan and actual, all levers "
            "treated alike (Shapley value). The contributions add up to the gap, with nothing left over."
        ),
        definition_fr=(
            "Ce qu’un levier (volume, mix, taux, valeur) pèse dans l’écart entre le plan et le réalisé, tous "
            "les leviers étant traités de la même façon (valeur de Shapley). La somme des contributions est "
            "égale à l’écart, sans reste."
        ),
        formula_en="average effect of moving the lever from plan to actual, over every order of the levers",
        formula_fr="effet moyen du passage du levier du plan au réalisé, sur tous les ordres des leviers",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        numerator_en="part of the gap owed to the lever",
        numerator_fr="part de l’écart due au levier",
    ),
    Metric(
        key="sales_cycle_days",
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
        numerator_en="days from opening to win",
        numerator_fr="jours entre l’ouverture et la signature",
        higher_is_better=False,
    ),
)

CATALOGUE: Final[Mapping[str, Metric]] = MappingProxyType({metric.key: metric for metric in _METRICS})

# The metrics that an objective can carry a target on.
OBJECTIVE_METRICS: Final = ("revenue_won", "deals_won", "opportunities_opened", "stage_conversion_rate")
