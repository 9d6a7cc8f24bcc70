"""A link that lets somebody in is not for the log."""

import pytest

from config.logging import hide_tokens


@pytest.mark.parametrize(
    ("path", "logged"),
    [
        ("/join/atelier/s3cr3t-t0ken/", "/join/atelier/…/"),
        ("/accounts/password/reset/key/1-abc123/", "/accounts/password/reset/key/…/"),
        ("/accounts/confirm-email/MQ:abc/", "/accounts/confirm-email/…/"),
        ("/o/atelier/members/", "/o/atelier/members/"),
    ],
)
def test_the_secret_of_a_link_is_left_out(path: str, logged: str) -> None:
    assert hide_tokens(None, "info", {"event": "answered", "path": path})["path"] == logged


def test_so_it_is_in_the_words_of_a_library() -> None:
    event = hide_tokens(None, "warning", {"event": "Not Found: /join/atelier/s3cr3t/"})

    assert event["event"] == "Not Found: /join/atelier/…/"
