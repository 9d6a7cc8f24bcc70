"""Threads that open and leave scopes while things go wrong, and count every row they should not have seen."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import UUID

from django.db import DatabaseError, InterfaceError, connection, transaction

from tenants.scope import ACTOR, MEMBER, SETTING, tenant_scope
from tests.databases import connect
from tests.servers import Corner

THREADS = 8
FAULTS = ("none", "none", "raise", "sql error", "savepoint", "kill")
WEIGHTS = (10, 10, 6, 6, 6, 1)
Scope = Callable[[UUID], AbstractContextManager[None]]


class Injected(Exception):
    """The fault that a view or a task would have had."""


@dataclass(slots=True)
class Tally:
    operations: int = 0
    wrong: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)

    @property
    def kills(self) -> int:
        return self.faults["kill"]


@contextmanager
def session_scope(organisation_id: UUID) -> Iterator[None]:
    """The leaking control: the same idea with a setting of the session. Here to prove that the test can fail."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, false), set_config(%s, %s, false)",
            [SETTING, str(organisation_id), ACTOR, MEMBER],
        )
    yield
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, '', false), set_config(%s, '', false)", [SETTING, ACTOR])


def fuzz(
    corner: Corner,
    people: dict[UUID, int],
    *,
    settings: dict[str, Any] | None = None,
    scope: Scope = tenant_scope,
    seconds: float = 0,
    operations: int = 0,
    kills: int = 0,
) -> Tally:
    """Run until the seconds are over, or the operations and kills are reached.

    `people` says how many rows of tenants_person each organisation has; `settings` replaces those of the connection
    (the pool's). Each thread draws from a seeded generator.
    """
    tally, lock = Tally(), threading.Lock()
    until = time.monotonic() + (seconds or 600)

    def is_over() -> bool:
        reached = bool(operations) and tally.operations >= operations and tally.kills >= kills
        return reached or time.monotonic() > until

    def work(seed: int) -> None:
        worker = Worker(Random(seed), corner, people, scope, tally, lock)
        connection.settings_dict = {**connection.settings_dict, **(settings or {})}
        try:
            while not is_over():
                worker.operate()
        finally:
            connection.close()
            worker.killer.close()

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


class Worker:
    def __init__(
        self,
        draw: Random,
        corner: Corner,
        people: dict[UUID, int],
        scope: Scope,
        tally: Tally,
        lock: threading.Lock,
    ) -> None:
        self.draw, self.people, self.scope, self.tally, self.lock = draw, people, scope, tally, lock
        self.killer = connect(corner.app, corner.database)

    def operate(self) -> None:
        organisation = self.draw.choice([*self.people, None])
        fault = self.draw.choices(FAULTS, WEIGHTS)[0]
        wrong: list[str] = []
        try:
            if organisation is None:
                self._look(None, wrong)
            else:
                with self.scope(organisation):
                    self._look(organisation, wrong)
                    self._meet(fault)
                    self._look(organisation, wrong)
        except (Injected, DatabaseError, InterfaceError):
            pass
        finally:
            # What the end of a request does.
            if connection.connection is not None:
                connection.close_if_unusable_or_obsolete()
        with self.lock:
            self.tally.operations += 1
            self.tally.faults[fault if organisation else "none"] += 1
            self.tally.wrong += wrong

    def _look(self, organisation: UUID | None, wrong: list[str]) -> None:
        """Count one's own rows and the others': the first must be all there, the second none."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FILTER (WHERE organisation_id = %s), count(*) FROM tenants_person",
                [organisation],
            )
            own, visible = cursor.fetchone()
        expected = self.people[organisation] if organisation else 0
        if (own, visible) != (expected, expected):
            wrong.append(f"{organisation}: {own} of {visible} visible rows are its own, {expected} expected")

    def _meet(self, fault: str) -> None:
        match fault:
            case "raise":
                raise Injected
            case "sql error":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
            case "savepoint":
                try:
                    with transaction.atomic():
                        with connection.cursor() as cursor:
                            cursor.execute("UPDATE tenants_person SET fte = 2")
                        raise Injected
                except Injected:
                    pass
            case "kill":
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    pid = cursor.fetchone()[0]
                with self.killer.cursor() as cursor:
                    cursor.execute("SELECT pg_terminate_backend(%s, 2000)", [pid])
