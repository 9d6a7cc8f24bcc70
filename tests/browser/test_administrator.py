"""An administrator: lets somebody in by e-mail, gives a program a key, keeps the stages in order."""

from __future__ import annotations

import email
import email.policy
import http.client
import json
import re
from collections.abc import Callable
from contextlib import closing
from email.message import EmailMessage
from typing import Any

import pytest
from playwright.sync_api import expect

from tenants.domain.roles import Role
from tests.browser.hand import Hand
from tests.browser.house import House, until

HOUSES = ["brightpath", "nordalys"]
SENTENCE = "quatre grands cerfs paisibles"


@pytest.mark.parametrize("slug", HOUSES)
def test_somebody_is_invited_and_joins(enter: Callable[..., Hand], house: House, slug: str) -> None:
    hand = enter(slug, Role.ADMINISTRATOR)
    address = f"ines@{slug}.example"
    hand.click(hand.link("Invite somebody"))
    hand.type(hand.field("E-mail address"), address)
    hand.click(hand.page.locator("input[name=role][value=manager]"))
    hand.shot("invitation")
    hand.click(hand.button("Send the invitation"))
    expect(hand.page.get_by_role("cell", name=address, exact=True)).to_be_visible()

    mail = until(lambda: mail_to(house, address), "the invitation is sent")
    link = re.search(rf"{re.escape(house.address)}(/join/\S+)", body_of(mail))
    assert link is not None
    guest = enter(fresh=True, language=hand.language)
    assert guest.open(link[1]) == 200
    guest.type(guest.field("Your name"), "Inès Mercier")
    guest.type(guest.page.locator("input[name=password]"), SENTENCE)
    guest.type(guest.page.locator("input[name=password_again]"), SENTENCE)
    guest.shot("joining")
    guest.click(guest.button("Join"))

    guest.page.wait_for_url(f"**/o/{slug}/manager/**")
    guest.see("You manage no team yet")
    guest.shot("joined")
    # The link lets one person in, once.
    stranger = enter(fresh=True, language=hand.language)
    assert stranger.open(link[1]) == 410


def mail_to(house: House, address: str) -> EmailMessage | None:
    """The mails of the house are files."""
    for file in (house.data / "mail").glob("*"):
        for part in file.read_bytes().split(b"-" * 79 + b"\n"):
            mail = email.message_from_bytes(part.strip(), policy=email.policy.default)
            if address in (mail["To"] or ""):
                assert isinstance(mail, EmailMessage)
                return mail
    return None


def body_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


@pytest.mark.parametrize("slug", HOUSES)
def test_a_program_reads_with_a_key_until_it_is_revoked(
    enter: Callable[..., Hand], house: House, slug: str
) -> None:
    hand = enter(slug, Role.ADMINISTRATOR)
    hand.go("Settings")
    hand.click(hand.link("API keys"))
    hand.type(hand.field("Name"), "Data warehouse")
    hand.click(hand.button("Make the key"))
    token = hand.page.locator("input[readonly]").input_value()
    hand.shot("key")

    status, answer = asked(house, "/api/v1/organisation", token)
    assert (status, answer["slug"]) == (200, slug)
    status, answer = asked(house, "/api/v1/objectives", token)
    assert (status, answer["results"] != []) == (200, True)
    hand.click(hand.link("API keys"))
    expect(hand.page.locator("input[readonly]")).to_have_count(0)
    hand.click(hand.page.get_by_role("row").filter(has_text="Data warehouse").get_by_role("button"))

    expect(hand.page.locator("main")).to_contain_text(re.compile("revoked|révoquée"))
    assert asked(house, "/api/v1/organisation", token)[0] == 401
    assert asked(house, "/api/v1/organisation", "")[0] == 401


def asked(house: House, path: str, token: str) -> tuple[int, Any]:
    with closing(http.client.HTTPConnection("127.0.0.1", house.port, timeout=10)) as api:
        api.request("GET", path, headers={"Authorization": f"Bearer {token}"} if token else {})
        answer = api.getresponse()
        return answer.status, json.loads(answer.read())


@pytest.mark.drill
@pytest.mark.parametrize("slug", HOUSES)
def test_a_stage_is_added_renamed_moved_and_deleted(enter: Callable[..., Hand], slug: str) -> None:
    hand = enter(slug, Role.ADMINISTRATOR)
    hand.go("Settings")
    hand.click(hand.link("Stages"))
    names = hand.page.locator("table input[name=name]")
    before = names.count()

    hand.type(hand.page.locator("section.panel input[name=name]"), "Signature")
    hand.click(hand.button("Add"))
    expect(names).to_have_count(before + 1)
    # After the open stages, before won and lost.
    new = hand.page.locator("tbody tr").nth(before - 2)
    hand.type(new.locator("input[name=name]"), "Signing")
    hand.click(hand.button("Rename", within=new))
    expect(new.locator("input[name=name]")).to_have_value("Signing")
    hand.click(new.locator("button[name=to][value=up]"))
    moved = hand.page.locator("tbody tr").nth(before - 3)
    expect(moved.locator("input[name=name]")).to_have_value("Signing")
    hand.shot("moved")
    hand.click(moved.locator("button.btn-icon"))

    expect(names).to_have_count(before)
