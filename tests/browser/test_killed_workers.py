"""A worker killed with -9 in the middle: the page waits, the next worker does the job once, and nothing is half done.

The long form waits for the clock; the short one ages the heartbeat and lets the clock tick at once.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser import maven
from tests.browser.door import sign_in
from tests.browser.hand import Hand
from tests.browser.house import House, until
from tests.browser.newcomers import make_organisation
from tests.browser.seed import NEWCOMERS

LENGTHS = ["short", pytest.param("long", marks=pytest.mark.drill)]
# The sweeper's promise.
TAKEN_UP_WITHIN = 120.0
ROWS = 8_000
DAYS = {"short": "2026-11-02", "long": "2026-10-26"}


@pytest.fixture(autouse=True)
def _alone(house: House) -> Iterator[None]:
    """No job of an earlier journey is killed along, and whatever happens later journeys have a worker."""
    until(house.is_idle, "nothing else is under way")
    yield
    if "worker" not in house.running:
        house.start("worker")


@pytest.mark.parametrize("length", LENGTHS)
def test_an_import_goes_on_with_the_next_worker(
    enter: Callable[..., Hand], house: House, length: str
) -> None:
    hand = enter(fresh=True)
    slug = f"bulk-{length}"
    sign_in(hand, NEWCOMERS["large file"])
    hand.open("/organisations/")
    make_organisation(hand, slug)
    hand.attach(hand.field("File"), maven.large(ROWS))
    hand.click(hand.button("Send"))
    hand.click(hand.button("Try it"))
    hand.see("What would happen")
    hand.click(hand.button("Import"))

    job = kill_in_the_middle(house, "import")
    assert opportunities(house, slug) == 0
    expect(hand.page.locator(".work progress")).to_be_visible()
    hand.shot("killed")
    take_up(house, job, length)

    hand.page.wait_for_selector(".stat", timeout=TAKEN_UP_WITHIN * 1000)
    hand.see("What happened")
    expect(hand.page.locator(".stat-value").first).to_have_text(f"{ROWS:,}")
    hand.shot("report")
    assert opportunities(house, slug) == ROWS
    assert state_of(house, job) == ("done", 2)


@pytest.mark.parametrize("length", LENGTHS)
def test_a_recompute_goes_on_with_the_next_worker(
    enter: Callable[..., Hand], house: House, length: str
) -> None:
    hand = enter("nordalys", Role.DIRECTOR)
    day = DAYS[length]
    hand.go("Runs")
    hand.page.locator("input[name=as_of]").fill(day)
    hand.click(hand.button("Recompute now"))

    job = kill_in_the_middle(house, "recompute")
    assert figures(house, day) == []
    expect(hand.page.locator(".work progress")).to_be_visible()
    hand.shot("killed")
    take_up(house, job, length)

    expect(hand.page.locator(".work")).to_have_count(0, timeout=TAKEN_UP_WITHIN * 1000)
    assert state_of(house, job) == ("done", 2)
    found = figures(house, day)
    assert found != []
    # Undisturbed, the same day gives the same figures.
    hand.page.locator("input[name=as_of]").fill(day)
    hand.click(hand.button("Recompute now"))
    until(lambda: state_of(house, job) == ("done", 1), "the day is recomputed")
    assert figures(house, day) == found


def kill_in_the_middle(house: House, kind: str) -> Any:
    """Kill the worker as soon as it works on the job of this kind; the job's id."""
    running = "SELECT id FROM tenants_job WHERE kind = %s AND state = 'running'"
    [(job,)] = until(lambda: house.rows(running, kind), f"a worker has the {kind}")
    # Some of its work is done by then, none of it is committed.
    time.sleep(0.2)
    house.kill("worker")
    assert state_of(house, job) == ("running", 1), "the job was over before the worker was killed"
    return job


def take_up(house: House, job: Any, length: str) -> None:
    """Start another worker, and have the sweeper find the job: now, or when the clock says so."""
    house.start("worker")
    if length == "short":
        house.rows("UPDATE tenants_job SET heartbeat_at = heartbeat_at - interval '31 s' WHERE id = %s", job)
        house.kill("beat")
        house.start("beat")
    until(lambda: state_of(house, job)[0] == "done", "the job is taken up and done", TAKEN_UP_WITHIN)


def state_of(house: House, job: Any) -> tuple[str, int]:
    [(state, attempts)] = house.rows("SELECT state, attempts FROM tenants_job WHERE id = %s", job)
    return state, attempts


def opportunities(house: House, slug: str) -> int:
    [(count,)] = house.rows(
        "SELECT count(*) FROM pipeline_opportunity p JOIN tenants_organisation o ON o.id = p.organisation_id"
        " WHERE o.slug = %s",
        slug,
    )
    return int(count)


def figures(house: House, day: str) -> list[tuple[Any, ...]]:
    """The stored rates and gaps of Nordalys on a day, in a fixed order."""
    run = (
        "SELECT r.id FROM reporting_run r JOIN tenants_organisation o ON o.id = r.organisation_id"
        " WHERE o.slug = 'nordalys' AND r.as_of = %s"
    )
    rates = house.rows(
        "SELECT from_stage_id, team_id, person_id, entered, advanced, lost, eventual_rate, low, high"
        f" FROM reporting_conversionresult WHERE run_id IN ({run}) ORDER BY 1, 2, 3", date.fromisoformat(day),
    )  # fmt: skip
    gaps = house.rows(
        f"SELECT objective_id, path, actual, levers FROM reporting_gapresult WHERE run_id IN ({run}) ORDER BY 1",
        date.fromisoformat(day),
    )
    return rates + gaps
