"""One attempt after the other on an address, and what each must not do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core import mail
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client

from tests.isolation.routes import Id, Route, Values
from tests.isolation.world import World

# What differs between two answers that say the same: form tokens, and the address that was asked for.
TOKENS = re.compile(
    rb'(name="csrfmiddlewaretoken" value=")[^"]+|("X-CSRFToken": ")[^"]+|(nonce=")[^"]+|(name="next" value=")[^"]+'
)


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


@dataclass(slots=True)
class Attempts:
    """Counts attempts and keeps what leaked, so that one run shows all that is wrong with an address."""

    rival: World
    count: int = 0
    leaks: list[str] = field(default_factory=list)
    # What else must not be seen, and what may although it holds a mark (the name of a client, in the switcher).
    others: tuple[str, ...] = ()
    allowed: str = ""

    def ask(
        self, client: Client, method: str, path: str, what: str, *, data: Any = None, **headers: str
    ) -> Answer:
        """Make one request, undo what it did, and look for the rival's mark in all that came out."""
        self.count += 1
        mail.outbox.clear()
        cookies = dict(client.cookies)
        with transaction.atomic():
            send = client.get if method == "GET" else client.post
            kind = (
                {"content_type": "application/json"} if method == "POST" and path.startswith("/api/") else {}
            )
            response = send(path, data or {}, headers=headers or None, **kind)
            answer = Answer(response.status_code, _body(response))
            transaction.set_rollback(True)
        # No notice of one attempt shows in the next. (Answers replace cookies, they never change them.)
        client.cookies.clear()
        client.cookies.update(cookies)
        seen = (
            answer.body
            + str(dict(response.headers)).encode()
            + b"".join(str(m.message()).encode() for m in mail.outbox)
        )
        shown = seen.lower().replace(self.allowed.lower().encode(), b"") if self.allowed else seen.lower()
        for mark in (self.rival.mark, *self.others):
            if mark.encode() in shown:
                self.leaks.append(f"{what}: {method} {path} shows data marked {mark}")
        if answer.status == 500:
            self.leaks.append(f"{what}: {method} {path} fails: {response.exc_info[1]!r}")
        return answer

    def expect(self, answer: Answer, status: int | tuple[int, ...], what: str) -> None:
        allowed = status if isinstance(status, tuple) else (status,)
        if answer.status not in allowed:
            self.leaks.append(f"{what}: answered {answer.status} instead of {status}")

    def expect_alike(self, foreign: Answer, missing: Answer, what: str) -> None:
        if foreign != missing:
            self.leaks.append(
                f"{what}: another organisation's id is answered otherwise ({foreign.status}) than one that nobody"
                f" has ({missing.status}): {difference(foreign.body, missing.body)}"
            )


def difference(one: bytes, other: bytes) -> str:
    """Where two bodies part, with a little of each."""
    at = next(
        (i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    return f"{one[max(0, at - 40) : at + 40]!r} / {other[max(0, at - 40) : at + 40]!r}"


def _body(response: HttpResponseBase) -> bytes:
    body = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    return bytes(body)


def resolve(values: Values, world: World, swap: dict[str, UUID] | None = None) -> dict[str, Any]:
    """The values as they go into an address or a form of this world; `swap` replaces some of the ids."""
    resolved: dict[str, Any] = {}
    for name, value in values.items():
        if swap and name in swap:
            resolved[name] = str(swap[name])
        elif isinstance(value, Id):
            resolved[name] = str(world.id(value.label))
        else:
            resolved[name] = value(world) if callable(value) else value
    return resolved


def neutral(answer: Answer, *ids: object) -> Answer:
    body = TOKENS.sub(rb"\1\2\3\4", answer.body)
    for one in ids:
        body = body.replace(str(one).encode(), b"ID")
    return Answer(answer.status, body)


def positions(route: Route) -> Iterator[tuple[str, str, str]]:
    """(where, name, model label) of every id that the address takes."""
    for where, values in (("path", route.kwargs), ("query", route.query), ("body", route.post or {})):
        for name, value in values.items():
            if isinstance(value, Id):
                yield where, name, value.label
