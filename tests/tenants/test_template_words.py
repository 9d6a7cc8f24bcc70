"""The filters and tags that templates use."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone, translation


def render(source: str, **context: object) -> str:
    return Template("{% load boussole %}" + source).render(Context(context))


@pytest.mark.parametrize(
    "word",
    [
        'money:"EUR"',
        'signed_money:"EUR"',
        'money_compact:"EUR"',
        "number",
        "percent",
        "days",
        "day",
        "moment",
    ],
)
def test_what_is_not_known_is_a_dash(word: str) -> None:
    assert render("{{ nothing|" + word + " }}", nothing=None) == "\u2013"
    assert render("{{ missing|" + word + " }}") == "\u2013"


def test_figures_follow_the_readers_language() -> None:
    with translation.override("fr"):
        assert render('{{ gap|signed_money:"EUR" }}', gap=-9_600_000) == "\u221296\u202f000\u00a0€"


def test_an_instant_is_written_in_the_time_zone_of_the_page() -> None:
    with translation.override("en"), timezone.override("Europe/Paris"):
        instant = datetime(2027, 1, 11, 23, 30, tzinfo=UTC)

        assert (
            render("{{ instant|moment }} {{ instant|day }}", instant=instant)
            == "12 Jan 2027, 00:30 12 Jan 2027"
        )


def test_positions_of_a_drawing_keep_the_decimal_point_in_french() -> None:
    with translation.override("fr"):
        drawn = render(
            "{% whisker low high value None 1 as bar %}{{ bar.low }}", low=0.125, high=0.5, value=0.3
        )

    assert drawn == "12.50"


class OneField(forms.Form):
    amount = forms.CharField(help_text="In euros.")


def test_a_wrong_field_is_tied_to_its_help_and_its_error() -> None:
    form = OneField(data={"amount": ""})

    written = render("{% form_field form.amount %}", form=form)

    assert 'aria-describedby="id_amount_helptext id_amount_error"' in written
    assert 'id="id_amount_error"' in written
    assert 'aria-invalid="true"' in written


def test_progress_asks_again_only_while_it_runs() -> None:
    source = '{% include "_components/progress.html" with id="w" url="/w/" running=running percent=12.4 label="x" only %}'

    with translation.override("fr"):
        assert 'hx-trigger="every 1s"' in render(source, running=True)
        assert 'value="12"' in render(source, running=True)
        assert "hx-" not in render(source, running=False)
