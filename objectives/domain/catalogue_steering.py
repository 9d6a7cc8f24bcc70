"""What somebody who begins has to learn, and the figures that pages show beside objectives."""

from typing import Final

from objectives.domain.metric import Family, Link, LinkOwner, Metric, Source, Unit
from tenants.domain.roles import Role

LEARNING: Final = (
    Metric(
        key="learning_milestones",
        family=Family.LEARNING,
        name_en="Learning milestones",
        name_fr="Étapes d’apprentissage",
        unit=Unit.COUNT,
        definition_en=(
            "Milestones of the learning plan passed in the period: each is something that the person has "
            "shown to be able to do (hold a first meeting, qualify by the shared criteria, present the "
            "offer, run a negotiation)."
        ),
        definition_fr=(
            "Étapes du plan d’apprentissage franchies sur la période : chacune est un savoir-faire "
            "démontré (mener un premier rendez-vous, qualifier selon les critères partagés, présenter "
            "l’offre, conduire une négociation)."
        ),
        formula_en="number of milestones passed",
        formula_fr="nombre d’étapes franchies",
        link=Link.SKILLS,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.MANAGER, Role.REP),
        numerator_en="milestones passed",
        numerator_fr="étapes franchies",
        source=Source.TYPED,
    ),
)

STEERING: Final = (
    Metric(
        key="path",
        family=Family.STEERING,
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
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="weight of the days so far",
        numerator_fr="poids des jours écoulés",
        denominator_en="weight of the cycle",
        denominator_fr="poids du cycle",
        higher_is_better=None,
    ),
    Metric(
        key="gap_to_path",
        family=Family.STEERING,
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
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="actual less target × path",
        numerator_fr="réalisé moins cible × trajectoire",
    ),
    Metric(
        key="gap_to_target",
        family=Family.STEERING,
        name_en="Gap to target",
        name_fr="Écart à la cible",
        unit=Unit.MONEY,
        definition_en="Actual to date less the target of the whole cycle, in the unit of the objective.",
        definition_fr="Réalisé à date moins la cible du cycle entier, dans l’unité de l’objectif.",
        formula_en="actual − target",
        formula_fr="réalisé − cible",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="actual less target",
        numerator_fr="réalisé moins cible",
    ),
    Metric(
        key="cover_ratio",
        family=Family.STEERING,
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
        used_by=(Role.DIRECTOR, Role.MANAGER),
        numerator_en="sum of the children's targets",
        numerator_fr="somme des cibles des enfants",
        denominator_en="parent's target",
        denominator_fr="cible du parent",
        higher_is_better=None,
    ),
    Metric(
        key="lever_contribution",
        family=Family.STEERING,
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
        used_by=(Role.DIRECTOR, Role.MANAGER),
        numerator_en="part of the gap owed to the lever",
        numerator_fr="part de l’écart due au levier",
    ),
    Metric(
        key="leads_passed",
        family=Family.STEERING,
        name_en="Leads passed",
        name_fr="Leads transmis",
        unit=Unit.COUNT,
        definition_en="Leads that marketing passed on to sales in the period, whatever the answer.",
        definition_fr="Leads que le marketing a transmis aux commerciaux sur la période, quelle que soit la réponse.",
        formula_en="number of leads passed",
        formula_fr="nombre de leads transmis",
        link=Link.CONTACT,
        owner_of_link=LinkOwner.MARKETING,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.MARKETING),
        numerator_en="leads passed",
        numerator_fr="leads transmis",
    ),
    Metric(
        key="handover_acceptance",
        family=Family.STEERING,
        name_en="Hand-over accepted",
        name_fr="Passage de relais accepté",
        unit=Unit.RATE,
        definition_en=(
            "Share of what was handed over that the next link took: leads that sales accepted among those answered, "
            "meetings that the client accepted (without an answer in time included) among those judged. What waits for "
            "an answer, or for a second look, is not decided."
        ),
        definition_fr=(
            "Part de ce qui a été transmis que le maillon suivant a pris : leads acceptés par les commerciaux parmi ceux "
            "qui ont une réponse, rendez-vous acceptés (y compris faute de réponse à temps) parmi ceux qui sont jugés. "
            "Ce qui attend une réponse ou un second examen n’est pas décidé."
        ),
        formula_en="accepted ÷ judged",
        formula_fr="acceptés ÷ jugés",
        link=Link.MEETING,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP, Role.MARKETING, Role.PARTNER),
        numerator_en="accepted",
        numerator_fr="acceptés",
        denominator_en="judged",
        denominator_fr="jugés",
    ),
    Metric(
        key="answer_delay",
        family=Family.STEERING,
        name_en="Answer delay",
        name_fr="Délai de réponse",
        unit=Unit.DAYS,
        definition_en=(
            "Calendar days between what was handed over (a lead passed, a meeting held) and the answer. Half are "
            "answered within the first figure, four in five within the second; what was not answered yet is left out."
        ),
        definition_fr=(
            "Jours calendaires entre ce qui a été transmis (un lead, un rendez-vous tenu) et la réponse. La moitié ont une "
            "réponse dans le premier délai, quatre sur cinq dans le second ; ce qui attend encore n’est pas compté."
        ),
        formula_en="median, and 80th percentile, of the days to the answer",
        formula_fr="médiane, et 80e centile, des jours jusqu’à la réponse",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP, Role.MARKETING, Role.PARTNER),
        numerator_en="answers",
        numerator_fr="réponses",
        higher_is_better=False,
    ),
    Metric(
        key="landing",
        family=Family.STEERING,
        name_en="Landing",
        name_fr="Atterrissage",
        unit=Unit.MONEY,
        definition_en=(
            "Where the cycle is expected to end: what is booked, what the open deals are likely to bring by the last "
            "day given their stage and age, and what deals still to come bring in time. The interval holds the "
            "result four times in five. What cannot close by the last day is not in it."
        ),
        definition_fr=(
            "Où le cycle devrait finir : ce qui est signé, ce que les affaires ouvertes devraient apporter d’ici le "
            "dernier jour selon leur étape et leur âge, et ce que des affaires à venir apportent à temps. "
            "L’intervalle contient le résultat quatre fois sur cinq. Ce qui ne peut plus se signer à temps n’y est pas."
        ),
        formula_en="booked + Σ probability to win in time × amount, open deals and deals to come",
        formula_fr="signé + Σ probabilité de gagner à temps × montant, affaires ouvertes et à venir",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="expected result on the last day",
        numerator_fr="résultat attendu le dernier jour",
    ),
    Metric(
        key="probability_of_attainment",
        family=Family.STEERING,
        name_en="Probability of attainment",
        name_fr="Probabilité d’atteinte",
        unit=Unit.RATE,
        definition_en=(
            "How many of the cycles that could happen end at the target or above. Before activation it is read from the "
            "deals as known on the eve of the cycle, and gives the band: comfortable from 80 %, stretch from 50 %, "
            "hard from 20 %, out of reach below."
        ),
        definition_fr=(
            "Part des cycles possibles qui finissent à la cible ou au-dessus. Avant l’activation, elle se lit dans les "
            "affaires connues la veille du cycle et donne la bande : confortable dès 80 %, ambitieux dès 50 %, "
            "difficile dès 20 %, hors de portée en dessous."
        ),
        formula_en="simulated cycles that reach the target ÷ simulated cycles",
        formula_fr="cycles simulés qui atteignent la cible ÷ cycles simulés",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP),
        numerator_en="simulated cycles that reach the target",
        numerator_fr="cycles simulés qui atteignent la cible",
        denominator_en="simulated cycles",
        denominator_fr="cycles simulés",
    ),
    Metric(
        key="clarity",
        family=Family.STEERING,
        name_en="Clarity",
        name_fr="Clarté",
        unit=Unit.COUNT,
        definition_en=(
            "How much of what makes an objective actionable has been said, from 0 to 100: metric and unit 10, target "
            "10, period 5, owner 10, segments 10, account profile 8, maturity 8, channels 8, qualification 10, "
            "success 8, reason 8, constraints reviewed 5. A reasoned “not applicable” counts as said."
        ),
        definition_fr=(
            "Part de ce qui rend un objectif actionnable et qui a été dite, de 0 à 100 : indicateur et unité 10, cible "
            "10, période 5, porteur 10, segments 10, profil de compte 8, maturité 8, canaux 8, qualification 10, "
            "succès 8, raison 8, contraintes revues 5. Un « sans objet » justifié compte comme dit."
        ),
        formula_en="Σ points of what is said",
        formula_fr="Σ points de ce qui est dit",
        link=Link.CHAIN,
        owner_of_link=LinkOwner.MANAGEMENT,
        used_by=(Role.DIRECTOR, Role.MANAGER),
        numerator_en="points of what is said",
        numerator_fr="points de ce qui est dit",
    ),
)
