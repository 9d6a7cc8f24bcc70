"""The words of targets: attributes, operators, standings, reasons, each in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from prospecting.domain.duplicates import Reason
from prospecting.domain.targeting import MAX_RULES, MAX_VALUES, WORDS, Attribute, Operator, Rule
from prospecting.queries.standing import Word
from tenants.formatting import format_money, format_number

type Words = str | Promise

ATTRIBUTES: dict[Attribute, Words] = {
    Attribute.INDUSTRY: _("Industry"),
    Attribute.EMPLOYEES: _("Employees"),
    Attribute.COUNTRY: _("Country"),
    Attribute.TECHNOLOGY: _("Technologies"),
    Attribute.REVENUE: _("Annual revenue"),
}
OPERATORS: dict[Operator, Words] = {
    Operator.IN: _("is one of"),
    Operator.NOT_IN: _("is none of"),
    Operator.AT_LEAST: _("is at least"),
    Operator.AT_MOST: _("is at most"),
    Operator.BETWEEN: _("is between"),
    Operator.KNOWN: _("is known"),
}
RULE_ERRORS: dict[str, Words] = {
    "not_a_rule": _("Choose what is looked at, and how."),
    "wrong_operator": _("Words are compared with “is one of” or “is none of”, numbers with the others."),
    "no_values": _("Say which ones, with semicolons between them."),
    "too_many_values": _("At most %(count)d of them."),
    "no_number": _("Give a whole number; for “is between”, two of them."),
    "upside_down": _("The first number is the smaller one."),
    "too_many_rules": _("At most %(rules)d rules."),
}
STANDINGS: dict[Word, tuple[str, Words]] = {
    Word.DO_NOT_CONTACT: ("alert", _("Do not contact: it is on the list of those who must be left alone.")),
    Word.IN_PIPELINE: ("funnel", _("In the pipeline already: an opportunity is open with this company.")),
    Word.KNOWN: ("building", _("Known already, with no open opportunity.")),
    Word.NEW: ("circle-check", _("New: nobody has recorded this company.")),
}
REASONS: dict[Reason, Words] = {
    Reason.REGISTRATION: _("same registration number"),
    Reason.DOMAIN: _("same web address"),
    Reason.EMAIL: _("same e-mail address"),
    Reason.SAME_NAME: _("same name"),
    Reason.LIKE_NAME: _("similar names"),
}


def rule_error(code: str) -> str:
    return str(RULE_ERRORS[code]) % {"count": MAX_VALUES, "rules": MAX_RULES}


def rule_sentence(rule: Rule, currency: str, language: str) -> str:
    """ "Industry is one of Retail, Energy", "Employees is between 50 and 250"."""

    def number(value: int | None) -> str:
        if rule.attribute == Attribute.REVENUE:
            return format_money(value, currency, language)
        return format_number(value, language)

    words = {"what": str(ATTRIBUTES[rule.attribute])}
    match rule.operator:
        case Operator.IN:
            text = gettext("%(what)s: %(values)s")
        case Operator.NOT_IN:
            text = gettext("%(what)s: not %(values)s")
        case Operator.AT_LEAST:
            text = gettext("%(what)s: %(low)s or more")
        case Operator.AT_MOST:
            text = gettext("%(what)s: %(high)s or less")
        case Operator.BETWEEN:
            text = gettext("%(what)s: %(low)s to %(high)s")
        case _:
            text = gettext("%(what)s: known")
    if rule.attribute in WORDS:
        return text % {**words, "values": ", ".join(rule.values)}
    return text % {**words, "low": number(rule.low), "high": number(rule.high)}


def matching(count: int, of: int, language: str) -> str:
    text = ngettext("%(count)s company of %(all)s matches.", "%(count)s companies of %(all)s match.", count)
    return text % {"count": format_number(count, language), "all": format_number(of, language)}
