"""Metrics of value: what is won, and what it is worth."""

from typing import Final

from objectives.domain.metric import Family, Link, LinkOwner, Metric, Unit
from tenants.domain.roles import Role

VALUE: Final = (
    Metric(
        key="revenue_won",
        family=Family.VALUE,
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
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP, Role.MARKETING, Role.ADVISER),
        numerator_en="amount of opportunities won",
        numerator_fr="montant des opportunités gagnées",
    ),
    Metric(
        key="deals_won",
        family=Family.VALUE,
        name_en="Deals won",
        name_fr="Affaires gagnées",
        unit=Unit.COUNT,
        definition_en="Number of opportunities won in the period, by the day they were won.",
        definition_fr="Nombre d’opportunités gagnées sur la période, au jour de la signature.",
        formula_en="number of opportunities won",
        formula_fr="nombre d’opportunités gagnées",
        link=Link.CLOSING,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="opportunities won",
        numerator_fr="opportunités gagnées",
    ),
    Metric(
        key="average_deal_value",
        family=Family.VALUE,
        name_en="Average deal value",
        name_fr="Valeur moyenne d’une affaire",
        unit=Unit.MONEY,
        definition_en="Revenue won over the number of deals won in the same period.",
        definition_fr="Chiffre d’affaires gagné rapporté au nombre d’affaires gagnées sur la même période.",
        formula_en="revenue won ÷ deals won",
        formula_fr="chiffre d’affaires gagné ÷ affaires gagnées",
        link=Link.VALUE,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="revenue won",
        numerator_fr="chiffre d’affaires gagné",
        denominator_en="deals won",
        denominator_fr="affaires gagnées",
    ),
    Metric(
        key="margin_won",
        family=Family.VALUE,
        name_en="Gross margin won",
        name_fr="Marge brute gagnée",
        unit=Unit.MONEY,
        definition_en=(
            "Gross margin of the opportunities won in the period, by the day they were won. Deals without "
            "a known margin are not in it, and are counted beside it."
        ),
        definition_fr=(
            "Marge brute des opportunités gagnées sur la période, au jour de la signature. Les affaires "
            "sans marge connue n’y entrent pas et sont comptées à côté."
        ),
        formula_en="Σ gross margin of opportunities won",
        formula_fr="Σ marges brutes des opportunités gagnées",
        link=Link.VALUE,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.ADVISER),
        numerator_en="gross margin of opportunities won",
        numerator_fr="marge brute des opportunités gagnées",
    ),
    Metric(
        key="margin_rate",
        family=Family.VALUE,
        name_en="Margin rate",
        name_fr="Taux de marge",
        unit=Unit.RATE,
        definition_en=(
            "Gross margin over the revenue of the same deals: those won in the period whose margin is known."
        ),
        definition_fr=(
            "Marge brute rapportée au chiffre d’affaires des mêmes affaires : celles gagnées sur la "
            "période dont la marge est connue."
        ),
        formula_en="gross margin ÷ revenue, of the deals won with a known margin",
        formula_fr="marge brute ÷ chiffre d’affaires, des affaires gagnées à marge connue",
        link=Link.VALUE,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="gross margin",
        numerator_fr="marge brute",
        denominator_en="revenue of the deals won with a known margin",
        denominator_fr="chiffre d’affaires des affaires gagnées à marge connue",
    ),
    Metric(
        key="recurring_share",
        family=Family.VALUE,
        name_en="Recurring share",
        name_fr="Part récurrente",
        unit=Unit.RATE,
        definition_en=(
            "Recurring amount over the revenue of the same deals: those won in the period whose recurring "
            "amount is known."
        ),
        definition_fr=(
            "Montant récurrent rapporté au chiffre d’affaires des mêmes affaires : celles gagnées sur la "
            "période dont le montant récurrent est connu."
        ),
        formula_en="recurring amount ÷ revenue, of the deals won with a known recurring amount",
        formula_fr="montant récurrent ÷ chiffre d’affaires, des affaires gagnées à montant récurrent connu",
        link=Link.VALUE,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="recurring amount",
        numerator_fr="montant récurrent",
        denominator_en="revenue of the deals won with a known recurring amount",
        denominator_fr="chiffre d’affaires des affaires gagnées à montant récurrent connu",
    ),
    Metric(
        key="contract_months",
        family=Family.VALUE,
        name_en="Contract length",
        name_fr="Durée des contrats",
        unit=Unit.MONTHS,
        definition_en=(
            "Mean length, in months, of the contracts of the deals won in the period whose length is known."
        ),
        definition_fr=(
            "Durée moyenne, en mois, des contrats des affaires gagnées sur la période dont la durée est "
            "connue."
        ),
        formula_en="Σ contract months ÷ deals won with a known length",
        formula_fr="Σ mois de contrat ÷ affaires gagnées à durée connue",
        link=Link.VALUE,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="contract months",
        numerator_fr="mois de contrat",
        denominator_en="deals won with a known contract length",
        denominator_fr="affaires gagnées à durée de contrat connue",
    ),
    Metric(
        key="top_customers_share",
        family=Family.VALUE,
        name_en="Customer concentration",
        name_fr="Concentration des clients",
        unit=Unit.RATE,
        definition_en=(
            "Share of the revenue won in the period that comes from its five largest customers. The "
            "higher it is, the more the company depends on them."
        ),
        definition_fr=(
            "Part du chiffre d’affaires gagné sur la période qui vient de ses cinq plus gros clients. "
            "Plus elle est élevée, plus l’entreprise dépend d’eux."
        ),
        formula_en="revenue won from the five largest customers ÷ revenue won",
        formula_fr="chiffre d’affaires gagné auprès des cinq plus gros clients ÷ chiffre d’affaires gagné",
        link=Link.VALUE,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.ADVISER),
        numerator_en="revenue won from the five largest customers",
        numerator_fr="chiffre d’affaires gagné auprès des cinq plus gros clients",
        denominator_en="revenue won from known customers",
        denominator_fr="chiffre d’affaires gagné auprès de clients connus",
        higher_is_better=False,
    ),
    Metric(
        key="repeat_revenue",
        family=Family.VALUE,
        name_en="Revenue from existing customers",
        name_fr="Chiffre d’affaires des clients existants",
        unit=Unit.MONEY,
        definition_en=(
            "Revenue won in the period from companies that had already bought before that day: renewals "
            "and expansion, apart from new business."
        ),
        definition_fr=(
            "Chiffre d’affaires gagné sur la période auprès d’entreprises qui avaient déjà acheté avant "
            "ce jour-là : renouvellements et développement, à part des nouveaux clients."
        ),
        formula_en="Σ amount of opportunities won from companies with an earlier win",
        formula_fr="Σ montants des opportunités gagnées auprès d’entreprises déjà clientes",
        link=Link.RETENTION,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="amount won from existing customers",
        numerator_fr="montant gagné auprès de clients existants",
    ),
    Metric(
        key="customer_retention",
        family=Family.VALUE,
        name_en="Customer retention",
        name_fr="Fidélisation des clients",
        unit=Unit.RATE,
        definition_en=(
            "Share of the companies that bought in the 12 months before the cycle that bought again in "
            "it. The rest may still come back: the cycle is shorter than their year."
        ),
        definition_fr=(
            "Part des entreprises ayant acheté dans les 12 mois précédant le cycle qui ont racheté "
            "pendant celui-ci. Les autres peuvent encore revenir : le cycle est plus court que leur "
            "année."
        ),
        formula_en="customers of the 12 months before who bought again ÷ customers of the 12 months before",
        formula_fr="clients des 12 mois précédents qui ont racheté ÷ clients des 12 mois précédents",
        link=Link.RETENTION,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.ADVISER),
        numerator_en="companies that bought again in the cycle",
        numerator_fr="entreprises qui ont racheté pendant le cycle",
        denominator_en="companies that bought in the 12 months before the cycle",
        denominator_fr="entreprises ayant acheté dans les 12 mois précédant le cycle",
    ),
)
