"""The pages as a browser gets them: whole without JavaScript, in part for htmx; errors keep what was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from objectives.actions import activation, cascades, plans
from objectives.domain.catalogue import CATALOGUE
from objectives.models import Cycle, Objective, Plan
from objectives.queries.tree import revenue_rows
from pipeline.actions.passages import refresh
from tenants.models import Membership
from tenants.scope import tenant_scope
from tests import factories
from tests.kept import kept
from tests.objectives.conftest import House
from tests.objectives.test_activation import NOW

ClientOf = Callable[[Membership], Client]
HTMX = {"HX-Request": "true"}


def url(name: str, cycle: Cycle | None = None, **kwargs: Any) -> str:
    if cycle is not None:
        kwargs["cycle"] = cycle.pk
    return reverse(f"objectives:{name}", kwargs={"organisation": "atelier", **kwargs})


@pytest.fixture
def browser(director: Membership, client_of: ClientOf) -> Client:
    return client_of(director)


@kept
def planned(quarter: Cycle, director: Membership) -> Cycle:
    with tenant_scope(quarter.organisation_id):
        plans.set_ambition(cycle=quarter, revenue_minor=60_000_000, version=0, by=factories.actor(director))
    return quarter


@kept
def active(planned: Cycle, director: Membership) -> Cycle:
    factories.make_ready(planned)
    with tenant_scope(planned.organisation_id):
        activation.activate(cycle=planned, by=factories.actor(director), now=NOW)
    return planned


def share_of(cycle: Cycle, name: str) -> Objective:
    with tenant_scope(cycle.organisation_id):
        return next(row for row in revenue_rows(cycle) if str(row.team or row.person or "") == name)


def plan_now(cycle: Cycle) -> Plan:
    with tenant_scope(cycle.organisation_id):
        return Plan.objects.get(cycle=cycle)


# Cycles -----------------------------------------------------------------------------------------------------


def test_a_quarter_is_made_from_its_preset(house: House, browser: Client) -> None:
    page = browser.get(url("cycle_create") + "?quarter=2025-3")
    assert 'value="2025-07-01"' in page.text

    made = browser.post(
        url("cycle_create"), {"name": "Q3 2025", "first_day": "2025-07-01", "last_day": "2025-09-30"}
    )

    with tenant_scope(house.organisation.id):
        cycle = Cycle.objects.get(name="Q3 2025")
    assert made.headers["Location"] == url("strategy", cycle)


def test_quarters_of_the_data_are_offered_and_those_taken_are_not(quarter: Cycle, browser: Client) -> None:
    page = browser.get(url("cycle_create")).text

    assert "?quarter=2025-1#days" in page
    assert "?quarter=2026-1#days" not in page


def test_an_overlap_keeps_what_was_typed(quarter: Cycle, browser: Client) -> None:
    typed = {"name": "My spring", "first_day": "2026-03-01", "last_day": "2026-05-31"}

    answer = browser.post(url("cycle_create"), typed)

    assert answer.status_code == 422
    assert "These days overlap Q1 2026 (1 Jan 2026 to 31 Mar 2026)." in answer.text
    for text in typed.values():
        assert f'value="{text}"' in answer.text


def test_the_list_says_what_to_do_first(house: House, browser: Client) -> None:
    assert "Set a first quarter" in browser.get(url("cycles")).text


def test_a_draft_is_deleted_by_its_name_only(quarter: Cycle, browser: Client) -> None:
    browser.post(url("cycle_delete", quarter), {"confirm_name": "Q2"})
    assert browser.get(url("review", quarter)).status_code == 200

    browser.post(url("cycle_delete", quarter), {"confirm_name": "Q1 2026"})
    assert browser.get(url("review", quarter)).status_code == 404


# Ambition ---------------------------------------------------------------------------------------------------


def test_looking_at_a_step_writes_nothing(quarter: Cycle, browser: Client) -> None:
    for step in ("ambition", "funnel", "cascade", "review"):
        assert browser.get(url(step, quarter)).status_code == 200

    with tenant_scope(quarter.organisation_id):
        assert not Plan.objects.exists()


@pytest.mark.parametrize("typed", ["600000", "600 000", "600,000.00", "600k", "600 k€"])
def test_an_amount_may_be_typed_in_many_ways(quarter: Cycle, browser: Client, typed: str) -> None:
    answer = browser.post(url("ambition", quarter), {"revenue": typed, "version": "0"})

    assert answer.headers["Location"] == url("funnel", quarter)
    assert plan_now(quarter).revenue_minor == 60_000_000


@pytest.mark.parametrize(
    ("typed", "said", "said_in_french"),
    [
        ("", "required", "obligatoire"),
        ("0", "Zero is not an objective", ""),
        ("-600000", "not negative", ""),
        ("2000000000000", "too large", ""),
        ("a lot", "This is not an amount", ""),
    ],
)
def test_what_is_no_amount_is_refused_at_the_field_and_kept(
    quarter: Cycle, browser: Client, director: Membership, typed: str, said: str, said_in_french: str
) -> None:
    answer = browser.post(url("ambition", quarter), {"revenue": typed, "version": "0"})

    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    director.user.language = "fr"
    director.user.save()
    cache.clear()
    assert said_in_french in browser.post(url("ambition", quarter), {"revenue": typed, "version": "0"}).text


@pytest.mark.parametrize(
    ("language", "amount"), [("en", "€600,000"), ("fr", "600\u202f000\u00a0€")], ids=["English", "French"]
)
def test_sums_are_written_in_the_readers_language(
    planned: Cycle, browser: Client, director: Membership, language: str, amount: str
) -> None:
    director.user.language = language
    director.user.save()

    for step in ("funnel", "cascade", "review"):
        assert amount in browser.get(url(step, planned)).text


def test_htmx_gets_the_part_with_the_new_sentence(quarter: Cycle, browser: Client) -> None:
    answer = browser.post(url("ambition", quarter), {"revenue": "600k", "version": "0"}, headers=HTMX)

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "€600,000 asks for 50 wins" in answer.text
    assert 'name="version" value="1"' in answer.text


def test_somebody_elses_change_is_said_and_what_was_typed_stays(planned: Cycle, browser: Client) -> None:
    answer = browser.post(url("ambition", planned), {"revenue": "700k", "version": "0"})

    assert answer.status_code == 409
    assert "Changed meanwhile by Alice" in answer.text
    assert "€600,000" in answer.text
    assert 'value="700k"' in answer.text
    assert 'name="version" value="1"' in answer.text
    again = browser.post(url("ambition", planned), {"revenue": "700k", "version": "1"})
    assert again.status_code == 302


# Funnel -----------------------------------------------------------------------------------------------------


def test_the_funnel_says_what_the_ambition_asks_for(planned: Cycle, browser: Client) -> None:
    page = browser.get(url("funnel", planned)).text

    assert "50 wins" in page
    assert "is too late for this cycle" in page
    assert "Prospecting → Engaging" in page


def test_a_typed_rate_is_recomputed_in_place(house: House, planned: Cycle, browser: Client) -> None:
    stage = house.stages["Engaging"].id
    answer = browser.post(url("lever", planned, lever=stage), {"value": "25 %", "version": "1"}, headers=HTMX)

    assert answer.status_code == 200
    assert "typed by hand" in answer.text
    assert plan_now(planned).result["links"][1]["expected"] == pytest.approx(200)


def test_a_rate_works_without_javascript(house: House, planned: Cycle, browser: Client) -> None:
    stage = house.stages["Engaging"].id

    answer = browser.post(url("lever", planned, lever=stage), {"value": "25", "version": "1"})

    assert answer.headers["Location"] == url("funnel", planned)


def test_a_rate_sent_as_it_was_shown_is_not_typed(house: House, planned: Cycle, browser: Client) -> None:
    stage = house.stages["Engaging"].id

    browser.post(url("lever", planned, lever=stage), {"value": "50.5", "shown": "50.5", "version": "1"})

    assert plan_now(planned).overrides == {}


@pytest.mark.parametrize("typed", ["120", "-3", "often"])
def test_what_is_no_rate_is_refused_at_its_field_and_kept(
    house: House, planned: Cycle, browser: Client, typed: str
) -> None:
    stage = house.stages["Engaging"].id

    answer = browser.post(url("lever", planned, lever=stage), {"value": typed, "version": "1"}, headers=HTMX)

    assert answer.status_code == 422
    assert f'value="{typed}"' in answer.text
    assert f"lever-{stage}-error" in answer.text


def test_a_lever_that_does_not_exist_is_refused(planned: Cycle, browser: Client) -> None:
    answer = browser.post(url("lever", planned, lever="nothing"), {"value": "20", "version": "1"})

    assert answer.status_code == 422


def test_a_padlock_opens_by_its_button(house: House, planned: Cycle, browser: Client) -> None:
    stage = str(house.stages["Engaging"].id)

    browser.post(url("lever_padlock", planned, lever=stage) + "?version=1", {"locked": "0"})

    assert plan_now(planned).overrides["rates"][stage]["locked"] is False


def test_the_funnel_takes_newer_figures_when_asked(planned: Cycle, browser: Client) -> None:
    assert browser.post(url("funnel_refresh", planned)).status_code == 302
    assert plan_now(planned).version == 2


def test_the_funnel_of_a_cycle_under_way_says_what_is_booked(planned: Cycle, browser: Client) -> None:
    with tenant_scope(planned.organisation_id):
        refresh(as_of=planned.start_on + timedelta(days=20))
    browser.post(url("funnel_refresh", planned))

    page = browser.get(url("funnel", planned))

    assert page.status_code == 200
    assert "As of the last day known" in page.text


# Cascade ----------------------------------------------------------------------------------------------------


def test_people_are_shown_when_their_team_is_opened(planned: Cycle, browser: Client) -> None:
    closed = browser.get(url("cascade", planned)).text
    north = share_of(planned, "North").pk
    opened = browser.get(url("cascade", planned) + f"?open={north}").text

    assert ">Ann<" not in closed
    assert ">Ann<" in opened


def test_a_share_is_changed_in_place_and_the_others_re_balance(planned: Cycle, browser: Client) -> None:
    north = share_of(planned, "North")
    answer = browser.post(
        url("share", planned, objective=north.pk),
        {"target": "300k", "version": north.version, "reason": "Two large accounts"},
        headers=HTMX,
    )

    assert answer.status_code == 200
    assert "Two large accounts" in answer.text
    assert share_of(planned, "South").target == 30_000_000


def test_a_share_works_without_javascript_and_comes_back_to_what_was_open(
    planned: Cycle, browser: Client
) -> None:
    north = share_of(planned, "North")

    answer = browser.post(
        url("share", planned, objective=north.pk) + f"?open={north.pk}",
        {"target": "300000", "version": north.version},
    )

    assert answer.headers["Location"] == url("cascade", planned) + f"?open={north.pk}"


def test_shares_that_cannot_hold_are_named_at_the_field(planned: Cycle, browser: Client) -> None:
    north = share_of(planned, "North")

    answer = browser.post(
        url("share", planned, objective=north.pk), {"target": "900k", "version": north.version}, headers=HTMX
    )

    assert answer.status_code == 422
    assert "The fixed shares (North) add up to €900,000" in answer.text
    assert 'value="900k"' in answer.text


def test_a_share_that_moved_meanwhile_says_so(planned: Cycle, browser: Client, director: Membership) -> None:
    north, south = share_of(planned, "North"), share_of(planned, "South")
    with tenant_scope(planned.organisation_id):
        cascades.change_share(
            cycle=planned, objective=north, target_minor=30_000_000, version=0, by=factories.actor(director)
        )

    answer = browser.post(
        url("share", planned, objective=south.pk), {"target": "250k", "version": south.version}, headers=HTMX
    )

    assert answer.status_code == 409
    assert "Changed meanwhile by Alice" in answer.text
    assert 'value="250k"' in answer.text


def test_the_cover_ratio_is_typed_as_a_percentage(planned: Cycle, browser: Client) -> None:
    browser.post(url("cover", planned), {"ratio": "110", "version": "1"})
    wrong = browser.post(url("cover", planned), {"ratio": "900", "version": "2"}, headers=HTMX)

    assert str(plan_now(planned).cover_ratio) == "1.100"
    assert wrong.status_code == 422
    assert "between 50 % and 200 %" in wrong.text


def test_the_company_has_no_share_to_type(planned: Cycle, browser: Client) -> None:
    company = share_of(planned, "")

    answer = browser.post(url("share", planned, objective=company.pk), {"target": "1", "version": "0"})

    assert answer.status_code == 404


# Review and after -------------------------------------------------------------------------------------------


def test_what_is_missing_is_listed_with_the_step_to_go_to(quarter: Cycle, browser: Client) -> None:
    page = browser.get(url("review", quarter)).text

    assert "has no revenue objective yet" in page
    assert url("activate", quarter) not in page


def test_the_director_activates_and_the_same_pages_are_locked(planned: Cycle, browser: Client) -> None:
    factories.make_ready(planned)
    browser.post(url("activate", planned))

    for step in ("ambition", "funnel", "cascade", "review"):
        page = browser.get(url(step, planned)).text
        assert "the objectives are locked" in page
        assert 'name="target"' not in page
        assert 'name="value"' not in page


@pytest.mark.parametrize(
    "name", ["ambition", "cover", "share_out", "funnel_refresh", "activate", "cycle_delete"]
)
def test_an_active_cycle_answers_a_late_change_with_its_review(
    active: Cycle, browser: Client, name: str
) -> None:
    data = {"revenue": "1", "ratio": "120", "version": "1", "confirm_name": "Q1 2026"}

    assert browser.post(url(name, active), data).headers["Location"] == url("review", active)


def test_an_objective_shows_its_definition_and_its_reasons(active: Cycle, browser: Client) -> None:
    page = browser.get(url("objective", objective=share_of(active, "Ann").pk)).text

    assert CATALOGUE["revenue_won"].definition_en in page
    assert "North" in page


def test_the_children_of_an_objective_are_rows_of_a_tree(active: Cycle, browser: Client) -> None:
    rows = browser.get(url("tree", objective=share_of(active, "North").pk)).text

    assert rows.count("tree-node") == 2
    assert "<html" not in rows


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_metric_has_its_place_in_the_catalogue(
    alice: Membership, client_of: ClientOf, language: str
) -> None:
    alice.user.language = language
    alice.user.save()
    page = client_of(alice).get(url("metrics")).text

    for key, metric in CATALOGUE.items():
        assert f'id="{key}"' in page
        assert metric.name(language).replace("'", "&#x27;") in page


# Who may ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["manager", "rep", "marketing", "partner", "administrator"])
def test_other_roles_do_not_open_the_setting(quarter: Cycle, client_of: ClientOf, role: str) -> None:
    browser = client_of(factories.member(quarter.organisation, role))

    for step in ("ambition", "funnel", "cascade", "review"):
        assert browser.get(url(step, quarter)).status_code == 403


def test_an_adviser_reads_and_changes_nothing(planned: Cycle, client_of: ClientOf) -> None:
    browser = client_of(factories.member(planned.organisation, "adviser"))

    assert 'name="target"' not in browser.get(url("cascade", planned)).text
    assert browser.post(url("ambition", planned), {"revenue": "1", "version": "1"}).status_code == 403
    assert browser.post(url("activate", planned)).status_code == 403


# Queries ----------------------------------------------------------------------------------------------------

FRAME = 7  # of any page: user, membership, scope (4), the organisations of the switcher
QUERIES = {"cycles": 2, "cycle_create": 3, "ambition": 4, "funnel": 5, "cascade": 4, "review": 8}


@pytest.mark.parametrize(("step", "own"), QUERIES.items())
def test_a_page_asks_for_the_same_few_queries_whatever_the_size(
    house: House,
    planned: Cycle,
    browser: Client,
    director: Membership,
    step: str,
    own: int,
    django_assert_num_queries: Any,
) -> None:
    page = url(step) if step.startswith("cycle") else url(step, planned)
    browser.get(page)
    with django_assert_num_queries(FRAME + own):
        browser.get(page)

    with tenant_scope(house.organisation.id):
        for i in range(30):
            factories.person(house.organisation, f"Newcomer {i}", team=house.teams["South"])
        cascades.share_out(cycle=planned, by=factories.actor(director))
    opened = f"{page}?open={share_of(planned, 'South').pk}"
    with django_assert_num_queries(FRAME + own):
        browser.get(opened)


def test_no_answer_lists_more_than_fifty_shares(
    house: House, planned: Cycle, browser: Client, director: Membership
) -> None:
    with tenant_scope(house.organisation.id):
        for i in range(60):
            factories.person(house.organisation, f"Newcomer {i:02}", team=house.teams["South"])
        cascades.share_out(cycle=planned, by=factories.actor(director))
    page, north, south = (
        url("cascade", planned),
        share_of(planned, "North").pk,
        share_of(planned, "South").pk,
    )

    one = browser.get(f"{page}?open={south}")
    both = browser.get(f"{page}?open={south}&open={north}")
    last_opened = browser.get(f"{page}?open={north}&open={south}")
    rest = browser.get(page + next(row["rest_query"] for row in both.context["rows"] if row["rest_query"]))

    # The company and two teams; then the people of the team that was opened last, as far as there is room.
    for answer in (one, both, last_opened):
        assert answer.text.count('class="share-row') == 50
    assert shown_people(both) == {"North": 2, "South": 45}
    assert shown_people(last_opened) == {"North": 0, "South": 47}
    # The rest of 61 people.
    assert rest.text.count('class="share-row') == 1 + 16


def test_where_the_table_is_full_a_team_has_a_table_of_its_own(
    house: House, planned: Cycle, browser: Client, director: Membership
) -> None:
    with tenant_scope(house.organisation.id):
        for i in range(60):
            team = factories.team(house.organisation, f"Team {i:02}")
            factories.person(house.organisation, f"Newcomer {i:02}", team=team)
        cascades.share_out(cycle=planned, by=factories.actor(director))
    page = url("cascade", planned)

    first = browser.get(page)
    second = browser.get(page + first.context["following"])
    team = first.context["rows"][1]
    own = browser.get(page + team["toggle_query"])

    assert first.text.count('class="share-row') == 50
    assert second.text.count('class="share-row') == 1 + 62 - 49
    assert second.context["following"] == ""
    assert own.context["rows"][0]["name"] == team["name"]
    assert len(own.context["rows"]) > 1
    # Whoever types there stays there.
    assert own.context["rows"][1]["url"].endswith(team["toggle_query"])


def shown_people(answer: Any) -> dict[str, int]:
    """How many people of each team the cascade shows."""
    rows = [row["row"] for row in answer.context["rows"]]
    return {
        str(row.objective.team): row.children - row.more if row.is_open else 0
        for row in rows
        if row.objective.team_id
    }
