import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain.importing.keys import normalise_key, normalise_keys


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("GTXPro", "gtxpro"),
        ("GTX Pro", "gtxpro"),
        ("Étape de la transaction", "etapedelatransaction"),
        ("STRASSE", "strasse"),
        ("Straße", "strasse"),
        ("  N° 12-b ", "n12b"),
        ("株式会社", "株式会社"),
        ("—", ""),
        ("", ""),
    ],
)
def test_a_key_keeps_only_letters_and_digits(name: str, key: str) -> None:
    assert normalise_key(name) == key


@given(st.text())
def test_a_key_is_its_own_key(name: str) -> None:
    key = normalise_key(name)

    assert normalise_key(key) == key


@given(st.text(alphabet=st.characters(max_codepoint=0x24F)))
def test_case_and_spaces_do_not_change_a_key(name: str) -> None:
    assert normalise_key(f" {name.upper().lower()} ") == normalise_key(name.upper().lower())


def test_a_column_of_names_gets_the_key_of_each() -> None:
    names = pd.Series(["Zoé", "zoe", "Zoé"], index=[2, 3, 5], dtype=object)

    keys = normalise_keys(names)

    assert keys.tolist() == ["zoe", "zoe", "zoe"]
    assert keys.index.tolist() == [2, 3, 5]
