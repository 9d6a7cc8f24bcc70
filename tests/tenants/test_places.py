"""What an organisation may choose from."""

from django.utils import translation

from tenants import places
from tenants.forms.organisation import SettingsForm


def test_countries_are_named_once_and_sorted_as_read() -> None:
    names = [name for _code, name in places.countries("fr")]

    assert len(names) == len(set(names))
    assert names.index("Égypte") < names.index("Espagne")
    assert dict(places.countries("en"))["GB"] == "United Kingdom"


def test_currencies_are_those_in_use_the_usual_ones_first() -> None:
    codes = [code for code, _name in places.currencies("fr")]

    assert codes[0] == "EUR"
    assert {"BRL", "XAF"} <= set(codes)
    assert not {"FRF", "XAU"} & set(codes)


def test_working_days_are_named_in_the_language_of_the_reader() -> None:
    with translation.override("fr"):
        form = SettingsForm(currency_is_fixed=False)

        assert "Lundi" in str(form["working_days"])
