from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tenants.models import Membership
from tests import factories
from tests.kept import kept
from tests.reporting import builders
from tests.reporting.builders import Quarter

Open = Callable[..., Any]


@kept
def quarter() -> Quarter:
    return builders.quarter(factories.organisation())


@pytest.fixture
def read(quarter: Quarter) -> Open:
    """`read("director", member, team=…)`: a page of the quarter as of its run, as this member sees it."""

    def read(
        page: str, member: Membership, /, *, headers: dict[str, str] | None = None, **query: Any
    ) -> HttpResponse:
        state = {"cycle": quarter.cycle.id, "as_of": builders.AS_OF.isoformat(), **query}
        client: Client = factories.client_of(member)
        return client.get(f"/o/atelier/{page}", state, headers=headers)  # type: ignore[return-value]

    return read
