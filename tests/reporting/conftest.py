from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from tenants.models import Membership, Organisation
from tests import factories
from tests.reporting import builders
from tests.reporting.builders import Quarter

Open = Callable[..., Any]


@pytest.fixture
def quarter(atelier: Organisation) -> Quarter:
    return builders.quarter(atelier)


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
