"""Metrics of prospecting: from the first contact to an open opportunity."""

from typing import Final

from objectives.domain.metric import Family, Link, LinkOwner, Metric, Source, Unit
from tenants.domain.roles import Role

PROSPECTING: Final = (
    Metric(
        key="prospects_contacted",
        family=Family.PROSPECTING,
        name_en="Prospects contacted",
        name_fr="Prospects contactés",
        unit=Unit.COUNT,
        definition_en=(
            "Prospects inside the target of the objective (segment, account profile, maturity) who were "
            "contacted for the first time in the period, one by one or in the count that somebody typed for a week. "
            "A contact outside the target is shown apart and does not count."
        ),
        definition_fr=(
            "Prospects dans la cible de l’objectif (segment, profil de compte, maturité) contactés pour "
            "la première fois sur la période, un par un ou dans le nombre saisi pour une semaine. Un contact hors "
            "cible est montré à part et ne compte pas."
        ),
        formula_en="number of prospects contacted in target",
        formula_fr="nombre de prospects contactés dans la cible",
        link=Link.CONTACT,
        owner_of_link=LinkOwner.PROSPECTING,
        used_by=(Role.MANAGER, Role.REP, Role.MARKETING, Role.PARTNER),
        numerator_en="prospects contacted in target",
        numerator_fr="prospects contactés dans la cible",
        source=Source.LOGGED,
    ),
    Metric(
        key="conversations",
        family=Family.PROSPECTING,
        name_en="Conversations",
        name_fr="Conversations",
        unit=Unit.COUNT,
        definition_en=(
            "Talks about a need with a prospect inside the target, in the period. Several with the same prospect all "
            "count; an attempt without an answer does not."
        ),
        definition_fr=(
            "Échanges sur un besoin avec un prospect de la cible, sur la période. Plusieurs avec le même prospect "
            "comptent tous ; un essai sans réponse ne compte pas."
        ),
        formula_en="number of conversations in target",
        formula_fr="nombre de conversations dans la cible",
        link=Link.CONTACT,
        owner_of_link=LinkOwner.PROSPECTING,
        used_by=(Role.MANAGER, Role.REP, Role.MARKETING, Role.PARTNER),
        numerator_en="conversations in target",
        numerator_fr="conversations dans la cible",
        source=Source.LOGGED,
    ),
    Metric(
        key="meetings_held",
        family=Family.PROSPECTING,
        name_en="Meetings held",
        name_fr="Rendez-vous tenus",
        unit=Unit.COUNT,
        definition_en=(
            "Meetings with a prospect inside the target that took place in the period. No-shows and "
            "cancelled meetings do not count; a meeting that was moved counts once, on the day it was "
            "held. It counts for who booked it; for the host where a partner did."
        ),
        definition_fr=(
            "Rendez-vous avec un prospect de la cible qui ont eu lieu sur la période. Les absences et les "
            "annulations ne comptent pas ; un rendez-vous déplacé compte une seule fois, le jour où il "
            "s’est tenu."
        ),
        formula_en="number of meetings held",
        formula_fr="nombre de rendez-vous tenus",
        link=Link.MEETING,
        owner_of_link=LinkOwner.PROSPECTING,
        used_by=(Role.MANAGER, Role.REP, Role.MARKETING, Role.PARTNER),
        numerator_en="meetings held",
        numerator_fr="rendez-vous tenus",
        source=Source.LOGGED,
    ),
    Metric(
        key="meetings_accepted",
        family=Family.PROSPECTING,
        name_en="Meetings accepted",
        name_fr="Rendez-vous acceptés",
        unit=Unit.COUNT,
        definition_en=(
            "Meetings held that meet every required criterion of the shared definition of a qualified "
            "meeting, as judged by those who take them over, or accepted because no answer came in time; on the day "
            "of the answer."
        ),
        definition_fr=(
            "Rendez-vous tenus qui remplissent tous les critères obligatoires de la définition partagée "
            "du rendez-vous qualifié, jugés par ceux qui les reprennent, ou acceptés faute de réponse à temps ; le "
            "jour de la réponse."
        ),
        formula_en="number of meetings held that were accepted",
        formula_fr="nombre de rendez-vous tenus et acceptés",
        link=Link.MEETING,
        owner_of_link=LinkOwner.SALES,
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP, Role.MARKETING, Role.PARTNER),
        numerator_en="meetings accepted",
        numerator_fr="rendez-vous acceptés",
        source=Source.LOGGED,
    ),
    Metric(
        key="opportunities_opened",
        family=Family.PROSPECTING,
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
        used_by=(Role.DIRECTOR, Role.MANAGER, Role.REP, Role.MARKETING),
        numerator_en="opportunities opened",
        numerator_fr="opportunités ouvertes",
    ),
)
