"""When two spellings are one company's."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospecting.domain.companies import comparable_name, registrable_domain, registration
from prospecting.domain.duplicates import Candidate, Reason, candidates

EXACT = (("registration", Reason.REGISTRATION), ("domain", Reason.DOMAIN), ("name_key", Reason.SAME_NAME))


def found(*rows: tuple[str, str, str]) -> list[Candidate]:
    """Companies as (name, domain, registration), numbered from 0."""
    frame = pd.DataFrame(list(rows), columns=["name", "domain", "registration"])
    frame["comparable"] = frame["name"].map(comparable_name)
    frame["name_key"] = frame["comparable"]
    return candidates(frame, EXACT, name="comparable")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Étude & Cie S.A.R.L.", "etude cie"),
        ("ACME SAS", "acme"),
        ("Acme Ltd.", "acme"),
        ("Müller GmbH & Co. KG", "muller"),
        ("S.A.", "sa"),
        ("", ""),
    ],
)
def test_legal_forms_say_nothing(name: str, kept: str) -> None:
    assert comparable_name(name) == kept


@pytest.mark.parametrize(
    ("address", "domain"),
    [
        ("https://www.Acme.fr/contact?x=1", "acme.fr"),
        ("shop.acme.co.uk", "acme.co.uk"),
        ("acme.com:8080/x", "acme.com"),
        ("Jean@ventes.acme.fr", "acme.fr"),
        ("jean@gmail.com", ""),
        ("https://www.linkedin.com/company/acme", ""),
        ("not an address", ""),
        ("192.168.0.1", ""),
        ("société.fr", "xn--socit-esab.fr"),
        ("", ""),
    ],
)
def test_a_domain_is_what_somebody_registered(address: str, domain: str) -> None:
    assert registrable_domain(address) == domain


@pytest.mark.parametrize(
    ("number", "one"),
    [
        ("404 833 048", "404833048"),
        ("404 833 048 00022", "404833048"),
        ("FR83 404833048", "404833048"),
        ("DE 136,695 976", ""),
        ("DE136695976", "DE136695976"),
        ("404 833 049", ""),
        ("12", ""),
    ],
)
def test_a_french_company_has_one_number(number: str, one: str) -> None:
    assert registration(number) == one


@given(st.text(max_size=40))
def test_anything_may_stand_in_a_field(text: str) -> None:
    assert registrable_domain(registrable_domain(text)) == registrable_domain(text)
    assert registration(registration(text)) == registration(text)
    assert comparable_name(comparable_name(text)) == comparable_name(text)


def test_the_strongest_reason_is_told_once() -> None:
    pairs = found(("Acme SA", "acme.fr", "404833048"), ("ACME", "acme.fr", "404833048"), ("Other", "", ""))

    assert [(pair.first, pair.second, pair.reason) for pair in pairs] == [(0, 1, Reason.REGISTRATION)]


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        ("Acme SARL", "ACME", Reason.SAME_NAME),
        ("Ateliers Dumont", "Atelier Dumont", Reason.LIKE_NAME),
        ("Dumont Ateliers", "Dumont Atelier SAS", Reason.LIKE_NAME),
        ("Magasin 12", "Magasin 13", None),
        ("Beacon Foods", "Beacon Media", None),
        ("", "", None),
    ],
)
def test_names_are_compared_without_their_legal_form(left: str, right: str, reason: Reason | None) -> None:
    assert [pair.reason for pair in found((left, "", ""), (right, "", ""))] == ([reason] if reason else [])


def test_what_is_not_known_is_not_the_same() -> None:
    assert found(("Alpha", "", ""), ("Omega", "", "")) == []
