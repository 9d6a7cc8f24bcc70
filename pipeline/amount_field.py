"""A form field for money, typed the reader's way: "600 000", "600,000.00", "600k"."""

import re
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_symbol
from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from pipeline.domain.importing.amounts import means_currency
from tenants.domain.amounts import Flaw, UnreadableAmount, parse_amount
from tenants.formatting import format_number, number_locale
from tenants.money import currency_exponent, to_decimal, to_minor

AMOUNT_FLAWS: dict[Flaw, Promise] = {
    Flaw.UNREADABLE: _("This is not an amount. Write it like 600000, 600 000, 600,000.00 or 600k."),
    Flaw.NEGATIVE: _("An amount here is not negative."),
    Flaw.TOO_LARGE: _("This amount is too large: a thousand billion at most."),
    Flaw.TOO_PRECISE: _("The currency has fewer decimals than that."),
}
CURRENCY_SIGN = re.compile(r"\b[A-Z]{3}\b|(?:[A-Z]{1,2})?[€$£¥₹₺₽](?:US|CA)?")


class AmountField(forms.CharField):
    """An amount of the organisation's currency; gives integer minor units. `currency` is set by the form."""

    currency = "EUR"

    def __init__(self, *, positive: bool = False, **kwargs: Any) -> None:
        super().__init__(max_length=60, **kwargs)
        self.positive = positive
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off", "spellcheck": "false"})
        self.widget.attrs.setdefault("class", "numeric")

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        refuse_other_currency(text, self.currency)
        symbols = (
            self.currency,
            get_currency_symbol(self.currency, locale=number_locale(get_language() or "en")),
        )
        try:
            amount = parse_amount(text, digits=currency_exponent(self.currency), symbols=symbols)
        except UnreadableAmount as error:
            raise ValidationError(str(AMOUNT_FLAWS.get(error.flaw, AMOUNT_FLAWS[Flaw.UNREADABLE]))) from None
        if self.positive and amount == 0:
            raise ValidationError(_("Zero is not an objective: type an amount above zero."))
        return to_minor(amount, self.currency)

    def prepare_value(self, value: Any) -> Any:
        return amount_text(value, self.currency) if isinstance(value, int | Decimal) else value


def refuse_other_currency(text: str, currency: str) -> None:
    """Raise ValidationError for an amount in another currency than the organisation's: two are never added."""
    for sign in CURRENCY_SIGN.findall(text):
        if means_currency(sign, currency) is False:
            words = {"currency": currency, "other": sign}
            raise ValidationError(
                _("Amounts are in %(currency)s here, not in %(other)s: convert it first."), params=words
            )


def amount_text(minor: Decimal | int, currency: str) -> str:
    """An amount as a person would type it: grouped, cents only when there are some."""
    amount = to_decimal(int(minor), currency)
    digits = 0 if amount == amount.to_integral_value() else currency_exponent(currency)
    return format_number(amount, get_language() or "en", digits=digits)
