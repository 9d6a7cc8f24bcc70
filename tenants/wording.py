"""The audit trail in the reader's words. A verb or a code that is not here is shown as it is."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenants.formatting import UNKNOWN, format_day, format_money, format_number
from tenants.models.organisation import ROLES

VERBS: dict[str, Promise] = {
    "api_key.create": _("API key made"),
    "api_key.revoke": _("API key revoked"),
    "cascade.cover": _("cover ratio changed"),
    "cascade.padlock": _("padlock of a share turned"),
    "cascade.share": _("share changed"),
    "cascade.share_out": _("objective shared out"),
    "cycle.activate": _("cycle activated"),
    "cycle.create": _("cycle made"),
    "cycle.delete": _("cycle deleted"),
    "demo.loaded": _("demo data loaded"),
    "import.finished": _("file imported"),
    "import.refused": _("file refused"),
    "import.start": _("import started"),
    "import.upload": _("file sent"),
    "invitation.accept": _("invitation accepted"),
    "invitation.create": _("invitation sent"),
    "invitation.resend": _("invitation sent again"),
    "invitation.revoke": _("invitation revoked"),
    "member.deactivate": _("member deactivated"),
    "member.link": _("member tied to a salesperson"),
    "member.reactivate": _("member reactivated"),
    "member.role": _("role changed"),
    "organisation.change": _("settings changed"),
    "organisation.create": _("organisation made"),
    "person.change": _("salesperson changed"),
    "person.create": _("salesperson added"),
    "person.move": _("salesperson moved to a team"),
    "person.remove_stay": _("time in a team removed"),
    "plan.ambition": _("revenue objective changed"),
    "plan.lever": _("figure of the plan changed"),
    "plan.recompute": _("plan worked out again"),
    "run.ask": _("recompute asked for"),
    "stage.add": _("stage added"),
    "stage.delete": _("stage deleted"),
    "stage.move": _("stage moved"),
    "stage.rename": _("stage renamed"),
    "team.change": _("team changed"),
    "team.create": _("team added"),
}

# Names of details, and the codes of what changed.
DETAILS: dict[str, Promise] = {
    "after_last_day": _("day after the last"),
    "as_of": _("as of"),
    "before": _("before"),
    "changed": _("rows changed"),
    "country": _("country calendar"),
    "created": _("rows created"),
    "currency": _("currency"),
    "down": _("towards the end"),
    "email": _("e-mail address"),
    "end_on": _("end date"),
    "fields": _("what changed"),
    "first_day": _("first day"),
    "from": _("from"),
    "fte": _("capacity (FTE)"),
    "high": _("at most"),
    "last_day": _("last day"),
    "lever": _("lever"),
    "locale": _("language"),
    "locked": _("padlock"),
    "low": _("at least"),
    "manager": _("manager"),
    "name": _("name"),
    "objectives": _("objectives"),
    "owners": _("teams and people"),
    "parent": _("belongs to"),
    "person": _("salesperson"),
    "profile": _("profile"),
    "ratio": _("cover ratio"),
    "refused": _("rows refused"),
    "revenue": _("revenue objective"),
    "role": _("role"),
    "scopes": _("rights"),
    "size": _("size in bytes"),
    "start_on": _("start date"),
    "target": _("target"),
    "team": _("team"),
    "time_zone": _("time zone"),
    "to": _("to"),
    "unchanged": _("rows unchanged"),
    "until": _("until"),
    "value": _("value"),
    "values": _("new values"),
    "working_days": _("working days"),
}
MONEY = frozenset({"before", "high", "low", "revenue", "target"})  # minor units
CODES: dict[str, Promise] = {**DETAILS, **dict(ROLES), "read": _("reading")}


def verb_label(verb: str) -> str:
    return str(VERBS.get(verb, verb))


def detail_label(name: str) -> str:
    return str(DETAILS.get(name, name))


def detail_text(name: str, value: Any, currency: str) -> str:
    """A detail's value: a dash for None, amounts of MONEY in the currency, days, codes, and lists of them."""
    language = get_language() or "en"
    match value:
        case None:
            return UNKNOWN
        case bool():
            return str(_("yes") if value else _("no"))
        case int() if name in MONEY:
            return format_money(value, currency, language)
        case int() | float():
            return format_number(value, language)
        case list():
            return ", ".join(detail_text(name, part, currency) for part in value)
        case dict():
            return ", ".join(
                f"{detail_label(key)} {detail_text(key, part, currency)}" for key, part in value.items()
            )
    try:
        return format_day(date.fromisoformat(str(value)), language)
    except ValueError:
        return str(CODES.get(str(value), value))
