"""The two organisations of the isolation tests, committed once and used by all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.template import Template
from django.test import Client
from django.test.utils import _TestState

from tenants.domain.roles import Role
from tenants.models import Organisation, User
from tenants.scope import MEMBER
from tests import databases
from tests.isolation.matrix import Answer
from tests.isolation.world import ATELIER_MARK, RIVAL_MARK, World, build, fingerprint
from tests.servers import Corner


@dataclass(frozen=True, slots=True)
class Worlds:
    """clients: a browser in which Atelier's member of the role is signed in.
    nowhere: what an organisation that does not exist answers, by role and method: the same at every address.
    print: the fingerprint of Rival as it was made, which no test may change.
    """

    atelier: World
    rival: World
    clients: dict[Role, Client]
    print: dict[str, str]
    nowhere: dict[tuple[Role, str], Answer] = field(default_factory=dict)


class Keeper:
    """Builds the worlds, and again when a test that commits has emptied the tables."""

    def __init__(self) -> None:
        self.known: Worlds | None = None

    def worlds(self) -> Worlds:
        if (
            self.known is None
            or not Organisation.objects.filter(id=self.known.rival.organisation.id).exists()
        ):
            self.known = elsewhere(_make)
        return self.known


def _make() -> Worlds:
    atelier, rival = build("atelier", ATELIER_MARK), build("rival", RIVAL_MARK)
    clients = {role: signed_in(atelier.members[role].user) for role in Role}
    return Worlds(atelier, rival, clients, fingerprint(rival))


def signed_in(user: User) -> Client:
    """With the token of a browser that has seen a form: who has none is given one with every answer."""
    client = Client(raise_request_exception=False)
    client.force_login(user)
    client.cookies[settings.CSRF_COOKIE_NAME] = "c" * 32
    return client


def elsewhere[Result](work: Callable[[], Result]) -> Result:
    """Do `work` on another connection, which commits although the test's own transaction never does."""

    def run() -> Result:
        try:
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(run).result()


@pytest.fixture(scope="package")
def keeper(django_db_setup: None, corner: Corner) -> Iterator[Keeper]:
    yield Keeper()
    databases.empty(corner)


@pytest.fixture
def worlds(keeper: Keeper, db: None) -> Worlds:
    """Atelier, whose people attack, and Rival, which must not notice. Both are in the database for good."""
    return keeper.worlds()


@pytest.fixture(autouse=True)
def _no_copies_of_contexts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Django's test client is told of every template that is drawn; thousands of answers need none of it."""
    monkeypatch.setattr(Template, "_render", _TestState.saved_data.template_render)  # type: ignore[attr-defined]


@pytest.fixture
def tally(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """`tally(n)`: count attempts for the line `isolation: N combinations` at the end of the run."""

    def add(combinations: int, leaks: int = 0) -> None:
        record_property("isolation", combinations)
        record_property("isolation_leaks", leaks)

    return add


def as_app(cursor: Any, organisation_id: object, actor: str = MEMBER) -> None:
    """Set the organisation and who looks for the present transaction, as the scope does, for tests in plain SQL."""
    cursor.execute(
        "SELECT set_config('app.organisation_id', %s, true), set_config('app.actor', %s, true)",
        [str(organisation_id), actor],
    )
