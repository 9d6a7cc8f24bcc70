"""The figures of the analysis pages that are neither objectives nor a path: each has its definition all the same."""

from typing import Final

from objectives.domain.metric import Family, Link, LinkOwner, Metric, Unit
from tenants.domain.roles import Role

ANALYSIS: Final = (
    Metric(
        key="attainment",
        family=Family.STEERING,
        name_en="Attainment",
        name_fr="Taux d’atteinte",
        unit=Unit.RATE,
        definition_en=(
            "Actual over target, or target over actual where lower is better, never capped. No target is empty, not 0."
        ),
        definition_fr=(
            "Réalisé rapporté à la cible, ou cible rapportée au réalisé quand moins est mieux ; jamais plafonné. Sans "
            "cible, la case reste vide, elle ne vaut pas 0."
        ),
        formula_en="actual ÷ target",
        formula_fr="réalisé ÷ cible",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="actual",
        numerator_fr="réalisé",
        denominator_en="target",
        denominator_fr="cible",
    ),
    Metric(
        key="open_pipeline",
        family=Family.STEERING,
        name_en="Open pipeline",
        name_fr="Pipeline ouvert",
        unit=Unit.MONEY,
        definition_en=(
            "Amount of the opportunities that are neither won nor lost on the day. Between two days it moves by what "
            "was opened, won, lost, changed in amount, pulled in, pushed out, and changed hands, which add up to the "
            "cent."
        ),
        definition_fr=(
            "Montant des opportunités qui ne sont, ce jour-là, ni gagnées ni perdues. D’un jour à l’autre, il bouge de "
            "ce qui a été ouvert, gagné, perdu, de ce qui a changé de montant, été avancé ou repoussé, et de ce qui a "
            "changé de mains, au centime près."
        ),
        formula_en="Σ amount of the open opportunities",
        formula_fr="Σ montant des opportunités ouvertes",
        link=Link.OPENING,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="amount of the open opportunities",
        numerator_fr="montant des opportunités ouvertes",
        higher_is_better=None,
    ),
    Metric(
        key="pipeline_coverage",
        family=Family.STEERING,
        name_en="Pipeline coverage",
        name_fr="Couverture par le pipeline",
        unit=Unit.RATE,
        definition_en=(
            "Open pipeline that closes in the cycle over what is left to win. How much is enough depends on the own "
            "rates: a ratio is no rule by itself."
        ),
        definition_fr=(
            "Pipeline ouvert qui se signe dans le cycle, rapporté à ce qui reste à gagner. Ce qu’il en faut dépend de "
            "ses propres taux : un ratio n’est pas une règle à lui seul."
        ),
        formula_en="open pipeline closing in the cycle ÷ (target − won)",
        formula_fr="pipeline ouvert à signer dans le cycle ÷ (cible − gagné)",
        link=Link.OPENING,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="open pipeline closing in the cycle",
        numerator_fr="pipeline ouvert à signer dans le cycle",
        denominator_en="target less won",
        denominator_fr="cible moins gagné",
    ),
    Metric(
        key="time_in_stage",
        family=Family.STEERING,
        name_en="Time to the next stage",
        name_fr="Délai jusqu’à l’étape suivante",
        unit=Unit.DAYS,
        definition_en=(
            "Days from entering a stage to moving on, of the opportunities that did: a quarter, half, three quarters, "
            "nine in ten take no longer. An open deal is as old as the time it has stood in its stage; it is stalled "
            "beyond the ninth decile."
        ),
        definition_fr=(
            "Jours entre l’entrée dans une étape et le passage à la suivante, pour les opportunités passées : un quart, "
            "la moitié, trois quarts, neuf sur dix n’en demandent pas plus. L’âge d’une affaire ouverte est le temps "
            "passé dans son étape ; au-delà du neuvième décile, elle est bloquée."
        ),
        formula_en="quantiles of the days from one stage to the next",
        formula_fr="quantiles des jours d’une étape à l’autre",
        link=Link.CONVERSION,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="days from one stage to the next",
        numerator_fr="jours d’une étape à l’autre",
        higher_is_better=False,
    ),
    Metric(
        key="lever_effect",
        family=Family.STEERING,
        name_en="Effect of a lever action",
        name_fr="Effet d’une action sur un levier",
        unit=Unit.MONEY,
        definition_en=(
            "What a change of levers brings to the landing: before it, expected from the what-if; after it, measured "
            "against the scopes that nobody touched, with its interval: helped, cannot tell, or hurt. The objective "
            "does not move."
        ),
        definition_fr=(
            "Ce qu’un changement de leviers apporte à l’atterrissage : avant, attendu d’après la simulation ; après, "
            "mesuré face aux périmètres auxquels personne n’a touché, avec son intervalle : utile, indécidable ou "
            "nuisible. L’objectif ne bouge pas."
        ),
        formula_en="landing with the change − landing without it",
        formula_fr="atterrissage avec le changement − atterrissage sans lui",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="difference of the two landings",
        numerator_fr="différence des deux atterrissages",
    ),
    Metric(
        key="amount_at_stake",
        family=Family.STEERING,
        name_en="At stake",
        name_fr="Enjeu",
        unit=Unit.MONEY,
        definition_en=(
            "What the gap would be smaller by without a probable cause: the signal beyond its limit, counted in money "
            "by the levers that it acts on. Causes overlap: their amounts do not add up."
        ),
        definition_fr=(
            "Ce dont l’écart serait réduit sans une cause probable : le signal au-delà de sa limite, compté en argent "
            "par les leviers sur lesquels il agit. Les causes se recoupent : leurs montants ne s’ajoutent pas."
        ),
        formula_en="part of the contribution of the levers that the cause acts on",
        formula_fr="part de la contribution des leviers sur lesquels la cause agit",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER),
        numerator_en="money owed to the cause",
        numerator_fr="montant dû à la cause",
        higher_is_better=False,
    ),
    Metric(
        key="forecast_error",
        family=Family.STEERING,
        name_en="Forecast error",
        name_fr="Erreur de prévision",
        unit=Unit.RATE,
        definition_en=(
            "How far the landing said of past cycles was from what happened: its mean distance, its lean to one side "
            "(bias), how often the interval held the result, and the Brier score of its probability beside that of the "
            "base rate and of the stage-weighted forecast."
        ),
        definition_fr=(
            "À quelle distance l’atterrissage annoncé pour les cycles passés était du résultat : écart moyen, biais "
            "d’un côté, fréquence à laquelle l’intervalle contenait le résultat, et score de Brier de la probabilité "
            "face à celui du taux de base et de la prévision pondérée par étape."
        ),
        formula_en="(said − happened) ÷ happened",
        formula_fr="(annoncé − réalisé) ÷ réalisé",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER),
        numerator_en="said less happened",
        numerator_fr="annoncé moins réalisé",
        denominator_en="happened",
        denominator_fr="réalisé",
        higher_is_better=None,
    ),
    Metric(
        key="cost_per_result",
        family=Family.STEERING,
        name_en="Cost per result",
        name_fr="Coût par résultat",
        unit=Unit.MONEY,
        definition_en=(
            "What was paid over what it brought in the same period: meetings accepted, or money won that is credited to "
            "them. Without any result it is empty, not 0."
        ),
        definition_fr=(
            "Ce qui a été payé, rapporté à ce que cela a apporté sur la même période : rendez-vous acceptés, ou montant "
            "gagné qui leur est crédité. Sans résultat, la case reste vide, elle ne vaut pas 0."
        ),
        formula_en="cost of the period ÷ results of the period",
        formula_fr="coût de la période ÷ résultats de la période",
        link=Link.MEETING,
        owner_of_link=LinkOwner.PARTNER,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.MARKETING, Role.PARTNER),
        numerator_en="cost",
        numerator_fr="coût",
        denominator_en="results",
        denominator_fr="résultats",
        higher_is_better=False,
    ),
)
