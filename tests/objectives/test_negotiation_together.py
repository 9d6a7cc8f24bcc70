"""Both sides at the same time, with real transactions: one is heard, the other is told."""

from __future__ import annotations

from datetime import date

import pytest

from objectives.actions import negotiations, plans
from objectives.actions.errors import StaleVersion
from objectives.models import Negotiation, NegotiationStep
from objectives.queries.tree import revenue_rows
from tenants.scope import tenant_scope
from tests import factories
from tests.objectives.talks import NOW
from tests.objectives.test_two_editors import together

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_an_acceptance_and_a_withdrawal_at_once_one_is_kept_and_the_other_told() -> None:
    house = factories.organisation("atelier")
    director, rep = factories.member(house, "director"), factories.member(house, "rep")
    factories.stages(house)
    factories.person(house, "Carol", membership=rep)
    factories.person(house, "Ann")
    cycle = factories.cycle(house)
    by, owner = factories.actor(director), factories.actor(rep)
    with tenant_scope(house.id):
        plans.set_ambition(cycle=cycle, revenue_minor=3_000_000, version=0, by=by)
        negotiations.send(cycle=cycle, by=by, now=NOW, due_on=date(2025, 12, 10))
        share = next(row for row in revenue_rows(cycle) if str(row.person) == "Carol")
        talk = Negotiation.objects.select_related("objective__cycle").get(objective=share)

    answers = together(
        house,
        lambda: negotiations.accept(negotiation=talk, version=talk.version, by=owner, now=NOW),
        lambda: negotiations.withdraw(negotiation=talk, version=talk.version, by=by),
    )

    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", StaleVersion.__name__]
    with tenant_scope(house.id):
        kept = Negotiation.objects.get(pk=talk.pk)
        last = NegotiationStep.objects.filter(negotiation=kept).last()
    assert (kept.state, last.kind) in (("accepted", "accept"), ("withdrawn", "withdraw"))
