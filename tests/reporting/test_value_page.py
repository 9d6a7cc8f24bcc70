"""What was won is worth: over how many deals, for how many it is not known, as of the day."""

from __future__ import annotations

from pipeline.models import Opportunity
from tenants.models import Membership
from tests import factories
from tests.kept import kept
from tests.reporting import worked
from tests.reporting.builders import Quarter
from tests.reporting.conftest import Open

PAGE = "analysis/value/"


@kept
def busy(quarter: Quarter) -> Quarter:
    worked.deals(quarter)
    return quarter


def test_every_figure_says_over_how_many_deals_and_what_is_not_known(
    read: Open, alice: Membership, busy: Quarter
) -> None:
    with factories.scope_of(busy.organisation):
        Opportunity.objects.filter(external_id__in=["W80", "W84"]).update(recurring_minor=500_000)
    page = read(PAGE, alice)
    rows = {str(row["label"]): row for row in page.context["rows"]}

    assert rows["Revenue won"]["value"] == "€340K"  # 10 of North, 4 of South, 2 carried in
    assert (rows["Margin rate"]["value"], rows["Margin rate"]["count"]) == ("50%", "16 deals")
    assert rows["Recurring share"]["unknown"] == "not known for 14 of 16 deals"
    assert rows["Discount"]["unknown"] == "not known for 16 of 16 deals"
    won_here_before = ["Customer before, product not told"]
    assert [str(row["label"]) for row in page.context["kinds"]] == won_here_before
    assert [row["name"] for row in page.context["matrix"]] == ["Industry", "Retail"]
    assert "Revenue won" in read("analysis/value.csv", alice).text


def test_new_business_renewals_and_expansion_are_apart(read: Open, alice: Membership, busy: Quarter) -> None:
    radar, sonar = (factories.product(busy.organisation, name) for name in ("Radar", "Sonar"))
    newcomer = factories.company(busy.organisation, "Newcomer")
    with factories.scope_of(busy.organisation):
        won = Opportunity.objects.filter(stage__name="Won")
        won.update(product=radar)  # the company has bought Radar since the quarter before
        won.filter(external_id__in=["W80", "W84"]).update(product=sonar)  # new to it, then once more
        won.filter(external_id="W88").update(company=newcomer)

    page = read(PAGE, alice)

    counts = {str(row["label"]): row["count"] for row in page.context["kinds"]}
    assert counts == {"New business": "1", "Renewal": "14", "Expansion": "1"}


def test_an_earlier_day_knows_nothing_of_what_was_won_later(
    read: Open, alice: Membership, busy: Quarter
) -> None:
    worked.night(busy, as_of=worked.EARLIER)
    page = read(PAGE, alice, as_of=worked.EARLIER.isoformat())
    assert {str(row["label"]): row["value"] for row in page.context["rows"]}["Revenue won"] == "€60K"


def test_a_manager_sees_what_the_own_team_won_and_marketing_nobody_by_name(read: Open, busy: Quarter) -> None:
    bob = busy.bob.membership
    assert bob is not None
    page = read(PAGE, bob, by="person")
    assert [row["name"] for row in page.context["matrix"]] == ["Carol"]
    assert read(PAGE, bob, team=busy.south.id).status_code == 403
    mia = factories.member(busy.organisation, "marketing")
    assert "Carol" not in read(PAGE, mia, by="person").text
