"""Spellings that are one name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tenants.domain.names import normalise_key


@pytest.mark.parametrize(
    ("text", "key"),
    [
        pytest.param("GTX Pro", "gtxpro", id="spaces and case"),
        pytest.param("gtx-pro", "gtxpro", id="punctuation"),
        pytest.param("Équipe Île-de-France", "equipeiledefrance", id="accents"),
        pytest.param("Straße", "strasse", id="casefold makes two letters"),
        pytest.param("MG Special 2", "mgspecial2", id="digits stay"),
        pytest.param("２０２６", "2026", id="full-width digits"),
        pytest.param("東京", "東京", id="other scripts stay"),
        pytest.param(" – / ", "", id="nothing is left"),
    ],
)
def test_spellings_of_a_name_share_a_key(text: str, key: str) -> None:
    assert normalise_key(text) == key


@given(st.text())
def test_a_key_is_its_own_key(text: str) -> None:
    assert normalise_key(normalise_key(text)) == normalise_key(text)


@given(st.text())
def test_case_does_not_matter(text: str) -> None:
    assert normalise_key(text.casefold()) == normalise_key(text)
