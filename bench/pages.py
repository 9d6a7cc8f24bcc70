"""Each page and each list of the API beside an empty view: same process, same middleware, in turn."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.test import Client, override_settings
from django.urls import reverse

from bench import trees
from bench.figures import Figure, in_turn
from bench.population import LAST_DAY
from bench.readers import readers_of
from config import api_urls
from config.boot import set_aside_what_stays
from config.prepare import collect
from objectives.models import Cycle
from reporting import tasks
from tenants.actions.jobs import LOOK
from tenants.models import Job, Organisation
from tenants.scope import tenant_scope

TIMES = 30
WARM = 3
BUDGET, MOST_EXPONENT = 6, 0.1
ADDRESSES = "bench.addresses"
ANALYSES = {
    "levers": "gap by lever", "causes": "probable causes", "conversion": "conversion", "value": "value", "landing": "landing",
    "what_if": "what-if", "actions": "lever actions",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """What is opened, by whom, and the empty view that it is compared with."""

    name: str
    client: Client
    address: str
    empty: str


def measure(organisation_id: UUID, size: int) -> Iterator[Figure]:
    collect()  # pages name their assets by what was collected
    set_aside_what_stays()  # once, before anything is opened: as the web server does
    with override_settings(ROOT_URLCONF=ADDRESSES):
        for page in _pages(organisation_id):
            address = _settled(page)
            ours, empty = in_turn(
                partial(_open, page.client, address), partial(_open, page.client, page.empty), times=TIMES
            )
            yield Figure(
                page.name,
                size,
                ours,
                empty,
                budget=BUDGET,
                other_is_constant=True,
                most_exponent=MOST_EXPONENT,
            )


def _pages(organisation_id: UUID) -> list[Page]:
    slug = Organisation.objects.values_list("slug", flat=True).get(pk=organisation_id)
    with tenant_scope(organisation_id):
        cycle = Cycle.objects.values_list("pk", flat=True).get(state=Cycle.State.ACTIVE)
    readers = readers_of(organisation_id)
    draft, branch = trees.plant(organisation_id)

    def page(name: str, client: Client, view: str, **kwargs: object) -> Page:
        address = reverse(view, kwargs={"organisation": slug, **kwargs})
        if view.startswith("reporting:"):  # as of the day that was computed, whatever day it is today
            address += f"?as_of={LAST_DAY}"
        return Page(f"page: {name}", client, address, reverse("bench_empty", kwargs={"organisation": slug}))

    pages = [
        page("director", readers.director, "reporting:director"),
        page("manager", readers.manager, "reporting:manager"),
        page("rep", readers.rep, "reporting:rep"),
        page("runs", readers.director, "reporting:runs"),
        page("cycles", readers.director, "objectives:cycles"),
        page("objectives of the cycle", readers.director, "objectives:review", cycle=cycle),
        page("cascade", readers.director, "objectives:cascade", cycle=cycle),
        page("500 objectives, review", readers.director, "objectives:review", cycle=draft),
        page("500 objectives, a level", readers.director, "objectives:tree", objective=branch),
        page("500 objectives, clarity", readers.director, "objectives:clarity", cycle=draft),
        page("500 objectives, calibration", readers.director, "objectives:calibration", cycle=draft),
        page("500 objectives, one of them", readers.director, "objectives:objective", objective=branch),
        page("opportunities", readers.director, "pipeline:opportunity_list"),
        page("imports", readers.director, "pipeline:import_list"),
        *(page(label, readers.director, f"reporting:{view}") for view, label in ANALYSES.items()),
    ]
    # Every list of the API, whichever there are; what only takes writes, and the document, are no lists.
    for pattern in api_urls.urlpatterns:
        name = str(pattern.name)
        if name != "api_schema" and hasattr(getattr(pattern.callback, "cls", None), "get"):
            label = f"API: {name.removeprefix('api_')}"
            pages.append(Page(label, readers.key, reverse(name), reverse("bench_api_empty")))
    return pages


def _settled(page: Page) -> str:
    """The address that the page answers at, after the redirect to its cycle and day; both sides warmed up.

    What it waits for is worked out first, as a worker does.
    """
    answer = page.client.get(page.address, follow=True)
    for one in Job.objects.filter(kind=LOOK, state=Job.State.QUEUED):
        tasks.look.apply(args=(str(one.organisation_id), str(one.id)), throw=True)
    address: str = answer.request["PATH_INFO"]
    if answer.request["QUERY_STRING"]:
        address += "?" + answer.request["QUERY_STRING"]
    for _ in range(WARM):
        _open(page.client, address)
        _open(page.client, page.empty)
    return address


def _open(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address} answered {answer.status_code}")
