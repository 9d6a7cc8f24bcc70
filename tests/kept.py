"""What is costly to make and many tests begin with: made once, in a transaction around theirs.

    @kept
    def house() -> House: …            # may ask for other kept fixtures, and for nothing else

A test that asks for `house` gets a copy of what the function returned, and rows that are there already; what the test
does to them is rolled back with it. Tests of a module that stand next to each other share one making; before a test that
does without, it is rolled back, so that nobody finds what he has not asked for. A test that commits makes its own.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.db import connection, transaction

from tenants import scope

PREFIX = "kept_"


def commits(fixturenames: list[str], marker: pytest.Mark | None) -> bool:
    """Whether a test of these fixtures and this django_db mark commits, instead of being rolled back."""
    return bool(
        (marker and marker.kwargs.get("transaction"))
        or {"transactional_db", "live_server"} & set(fixturenames)
    )


class Stack:
    """The makings that stand now, each in the transaction of the one before: only the last can be taken away."""

    def __init__(self) -> None:
        self.standing: list[tuple[str, Callable[[], None]]] = []
        self.off = False  # the present test commits

    def make_way_for(self, item: pytest.Item) -> None:
        """Roll back what `item` does not ask for, and whatever was made on top of it."""
        names = list(getattr(item, "fixturenames", ()))
        self.off = commits(names, item.get_closest_marker("django_db"))
        wanted = set() if self.off else set(names)
        depth = next((i for i, (name, _) in enumerate(self.standing) if name not in wanted), None)
        if depth is not None:
            for _name, finish in reversed(self.standing[depth:]):
                finish()


STACK = Stack()


def kept(make: Callable[..., Any]) -> Any:
    """The fixture that `make` is the making of, and beside it the one that keeps it; both are put into its module."""
    name = make.__name__
    asked = list(inspect.signature(make).parameters)

    def keeping(request: pytest.FixtureRequest, django_db_blocker: Any, **others: Any) -> Iterator[Any]:
        if STACK.off:
            STACK.standing.append((PREFIX + name, functools.partial(_finish, request)))
            yield None
            STACK.standing.pop()
            return
        with django_db_blocker.unblock(), transaction.atomic():
            STACK.standing.append((PREFIX + name, functools.partial(_finish, request)))
            before, scope.accept_outer_transaction = scope.accept_outer_transaction, True
            try:
                made = make(**{one.removeprefix(PREFIX): deepcopy(value) for one, value in others.items()})
            finally:
                scope.accept_outer_transaction = before
            # The keys of its rows are looked at now, and not once more at the end of each test.
            connection.check_constraints()
            yield made
            STACK.standing.pop()
            transaction.set_rollback(True)

    def giving(db: None, **others: Any) -> Any:
        made = others.pop(PREFIX + name)
        return make(**others) if STACK.off else deepcopy(made)

    space = inspect.getmodule(make).__dict__  # type: ignore[union-attr]
    space[PREFIX + name] = pytest.fixture(scope="module", name=PREFIX + name)(
        _with_signature(
            keeping, ["request", "django_db_setup", "django_db_blocker", *(PREFIX + one for one in asked)]
        )
    )
    return pytest.fixture(name=name)(_with_signature(giving, [PREFIX + name, "db", *asked]))


def _finish(request: Any) -> None:
    request._fixturedef.finish(request)


def _with_signature(function: Callable[..., Any], names: list[str]) -> Callable[..., Any]:
    """`function` as pytest is to see it: with these arguments, of which it takes those it knows or wants."""
    kinds = inspect.signature(function).parameters
    takes_more = any(one.kind is inspect.Parameter.VAR_KEYWORD for one in kinds.values())

    if inspect.isgeneratorfunction(function):

        @functools.wraps(function)
        def called(**given: Any) -> Any:
            yield from function(**_taken(given))
    else:

        @functools.wraps(function)
        def called(**given: Any) -> Any:
            return function(**_taken(given))

    def _taken(given: dict[str, Any]) -> dict[str, Any]:
        return {
            one: value
            for one, value in given.items()
            if one in kinds or (takes_more and one != "django_db_setup")
        }

    called.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [inspect.Parameter(one, inspect.Parameter.KEYWORD_ONLY) for one in names]
    )
    return called
