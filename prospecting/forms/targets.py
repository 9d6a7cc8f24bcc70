"""Forms of targets: a segment with its rules, a level of maturity, entries of the do-not-contact list."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from prospecting import wording_targets as wording
from prospecting.domain.targeting import MAX_RULES, WORDS, Attribute, Operator, Rule, RuleError, read_rules
from tenants.money import currency_exponent

BLANK_ROWS = 2
_NUMBER = re.compile(r"\d[\d\s.,'\u2019\u202f\u00a0]*")


class RuleForm(forms.Form):
    """One rule: what is looked at, how, and with what. Empty, it says nothing."""

    field = forms.ChoiceField(
        label=_("What"), required=False, choices=[("", "–"), *((one.value, text) for one, text in wording.ATTRIBUTES.items())]
    )  # fmt: skip
    operator = forms.ChoiceField(
        label=_("How"), required=False, choices=[(one.value, text) for one, text in wording.OPERATORS.items()]
    )
    value = forms.CharField(label=_("Values"), required=False, max_length=2000)

    def __init__(self, *args: Any, exponent: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.exponent = exponent
        self.rule: Rule | None = None

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("field"):
            if said.get("value"):
                self.add_error("field", wording.rule_error("not_a_rule"))
            return said
        try:
            [self.rule] = read_rules([self._document(said)])
        except RuleError as error:
            at = "operator" if error.code == "wrong_operator" else "value"
            self.add_error(at, wording.rule_error(error.code))
        return said

    def _document(self, said: dict[str, Any]) -> dict[str, Any]:
        attribute, operator, text = said["field"], said.get("operator", ""), said.get("value", "")
        if attribute in WORDS:
            return {"field": attribute, "is": operator, "values": text.split(";")}
        numbers = [self._number(found, attribute) for found in _NUMBER.findall(text)]
        known = [number for number in numbers if number is not None]
        low, high = (known[0] if known else None), (known[-1] if known else None)
        if operator == Operator.BETWEEN and len(known) != 2:
            low = None
        return {"field": attribute, "is": operator, "low": low, "high": high}

    def _number(self, text: str, attribute: str) -> int | None:
        digits = re.sub(r"[\s'\u2019\u202f\u00a0]", "", text).rstrip(".,")
        # "50.000" and "50,000" are fifty thousand: nobody counts employees in thousandths.
        digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).replace(",", ".")
        try:
            value = Decimal(digits)
        except InvalidOperation:
            return None
        scaled = value.scaleb(self.exponent) if attribute == Attribute.REVENUE else value
        return int(scaled) if scaled == scaled.to_integral_value() and scaled < 10**15 else None


class SegmentForm(forms.Form):
    """A segment or a profile; its rules are forms of their own, so that the page needs no JavaScript."""

    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(
        label=_("Who is meant, in a sentence"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput, required=False, initial=0)

    def __init__(
        self, data: Any = None, *, currency: str, rules: tuple[Rule, ...] = (), **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.currency = currency
        exponent = currency_exponent(currency)
        written = [_as_row(rule, exponent) for rule in rules]
        count = min(MAX_RULES, len(written) + BLANK_ROWS)
        if data is not None:
            sent = [name for name in data if re.fullmatch(r"rule-\d-field", name)]
            count = min(MAX_RULES, max(len(sent), 1))
        self.rows = [
            RuleForm(
                data, prefix=f"rule-{at}", initial=written[at] if at < len(written) else None, exponent=exponent
            )
            for at in range(count)
        ]  # fmt: skip

    @property
    def rules(self) -> list[Rule]:
        return [row.rule for row in self.rows if row.rule is not None]

    def rows_are_valid(self) -> bool:
        valid = [row.is_valid() for row in self.rows]  # every row tells what is wrong with it
        return all(valid)

    def is_valid(self) -> bool:
        rows = self.rows_are_valid()
        if not (valid := super().is_valid()) or not rows:
            return False
        if not self.rules:
            self.rows[0].add_error(
                "field", _now("Say at least one thing about the companies that are meant.")
            )
            return False
        return valid


def _as_row(rule: Rule, exponent: int) -> dict[str, str]:
    def number(value: int | None) -> str:
        if value is None or rule.attribute != Attribute.REVENUE:
            return "" if value is None else str(value)
        return f"{Decimal(value).scaleb(-exponent).normalize():f}"

    bounds = [text for text in (number(rule.low), number(rule.high)) if text]
    value = "; ".join(rule.values) if rule.attribute in WORDS else " – ".join(bounds)
    return {"field": rule.attribute.value, "operator": rule.operator.value, "value": value}


class MaturityForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)


class BarForm(forms.Form):
    who = forms.CharField(
        label=_("Whom"),
        max_length=255,
        help_text=_(
            "A company, a web address or an e-mail address. Of an e-mail address only a digest is kept."
        ),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300)


class PasteForm(forms.Form):
    text = forms.CharField(
        label=_("One a line"),
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_(
            "Companies, web addresses, e-mail addresses; after a semicolon the reason, if it differs."
        ),
    )
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "id_paste_%s", **kwargs})
