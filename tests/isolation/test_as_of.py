"""R25: no reading address of the API ignores `as_of`. It says in its document that it takes a day, and obeys, or refuses it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from drf_spectacular.generators import SchemaGenerator

from tests.isolation.addresses import Address
from tests.isolation.conftest import Worlds
from tests.isolation.routes import API_ROUTES
from tests.isolation.test_routes import API, named, path_of
from tests.isolation.world import AS_OF, World

READ = [address for address in API if hasattr(address.view.cls, "get")]
# Before anything was recorded, or began.
LONG_AGO = date(1990, 1, 1)
# What a list that takes a day answers for one on which there was nothing; a run's, that there is no run.
NOTHING: tuple[tuple[int, Any], ...] = ((200, []), (404, None))


def taken() -> dict[str, set[str]]:
    """The parameters of each reading address, by the OpenAPI document."""
    paths = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        path: {one["name"] for one in operations["get"].get("parameters", ())}
        for path, operations in paths.items()
        if "get" in operations
    }


TAKEN = taken()


@pytest.mark.parametrize("address", named(READ))
def test_a_day_is_obeyed_or_refused(address: Address, worlds: Worlds) -> None:
    own = worlds.atelier
    assert API_ROUTES[address.name].kwargs == {}, "rows of their own: say here how they were on a day"
    path = path_of(address, own, {})
    today = timezone.localdate(timezone=own.organisation.zone)
    status, rows = said(own, path)
    assert (status, bool(rows)) == (200, True), "there is nothing to leave out"
    if "as_of" not in TAKEN[path]:
        for day in (AS_OF, LONG_AGO, "soon", ""):
            assert fault(own, path, day), f"{day!r} is not refused"
        return
    for day in ("soon", "", "2026-02-30", today, today + timedelta(days=1)):
        assert fault(own, path, day), f"{day!r} is not refused"
    assert said(own, path, AS_OF)[0] == 200
    assert said(own, path, LONG_AGO) in NOTHING


def test_what_has_no_past_day_is_known(worlds: Worlds) -> None:
    without = {path.removeprefix("/api/v1/") for path, names in TAKEN.items() if "as_of" not in names}
    assert without == {"organisation", "contacts", "runs"}  # docs/adr/0018


def fault(own: World, path: str, day: Any) -> bool:
    """Whether the answer is 400, with the fault at `as_of` alone."""
    answer = asked(own, path, day)
    return answer.status_code == 400 and list(answer.json()["errors"]) == ["as_of"]


def said(own: World, path: str, day: Any = None) -> tuple[int, Any]:
    """The status and the rows; None for an answer without."""
    answer = asked(own, path, day)
    body = answer.json()
    if answer.status_code != 200:
        return answer.status_code, None
    return 200, body["results"] if isinstance(body, dict) and "results" in body else body


def asked(own: World, path: str, day: Any) -> Any:
    client = Client(headers={"Authorization": f"Bearer {own.token}"})
    return client.get(path, {} if day is None else {"as_of": day})
