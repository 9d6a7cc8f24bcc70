"""The audit trail in the reader's words. A verb or a code that is not here is shown as it is."""

from datetime import date
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tenants.formatting import UNKNOWN, format_day, format_money, format_number
from tenants.models.organisation import ROLES

VERBS: dict[str, Promise] = {
    "availability.set": _("hours offered"),
    "calendar.read": _("calendar read"),
    "feed.make": _("calendar address made"),
    "feed.end": _("calendar address ended"),
    "definition.open": _("definition begun"),
    "definition.draft": _("definition: draft begun"),
    "definition.edit": _("definition: draft edited"),
    "definition.propose": _("definition: proposed"),
    "definition.accept": _("definition: accepted"),
    "definition.reject": _("definition: sent back"),
    "definition.withdraw": _("definition: proposal taken back"),
    "meeting.book": _("meeting booked"),
    "meeting.hold": _("meeting took place"),
    "meeting.guest_no_show": _("meeting: the guest did not come"),
    "meeting.host_no_show": _("meeting: the host did not come"),
    "meeting.undo_no_show": _("meeting: no-show taken back"),
    "meeting.cancel": _("meeting cancelled"),
    "meeting.reschedule": _("meeting moved"),
    "meeting.accept": _("meeting accepted"),
    "meeting.refuse": _("meeting not qualified"),
    "meeting.lapse": _("meeting accepted tacitly"),
    "meeting.dispute": _("meeting disputed"),
    "meeting.overturn": _("meeting accepted after a second look"),
    "meeting.uphold": _("meeting not qualified after a second look"),
    "meeting.expire": _("meeting accepted: no second look came in time"),
    "meeting.open": _("opportunity opened from a meeting"),
    "opportunity.begin": _("opportunity begun"),
    "activity.bulk": _("activities received"),
    "activity.change": _("activity corrected"),
    "activity.delete": _("activity taken back"),
    "activity.log": _("activity logged"),
    "activity.week": _("counts of a week typed"),
    "api_key.create": _("API key made"),
    "api_key.revoke": _("API key revoked"),
    "calibration.compute": _("probabilities worked out"),
    "calibration.constraint": _("constraint of the field changed"),
    "calibration.justify": _("objective out of reach justified"),
    "cascade.cover": _("cover ratio changed"),
    "cascade.padlock": _("padlock of a share turned"),
    "cascade.rebalance": _("rest of a level shared out"),
    "cascade.share": _("share changed"),
    "cascade.share_out": _("objective shared out"),
    "company.change": _("company corrected"),
    "company.create": _("company added"),
    "contact.change": _("person corrected"),
    "contact.create": _("person recorded"),
    "contact.erase": _("person erased"),
    "contact.export": _("personal data handed out"),
    "contact.retain": _("people past their day erased"),
    "credit.share": _("credit of a deal shared"),
    "cost.remove": _("cost taken away"),
    "cause.limit": _("limits of the causes set"),
    "cost.set": _("cost set"),
    "cycle.activate": _("cycle activated"),
    "cycle.close": _("cycle closed"),
    "cycle.create": _("cycle made"),
    "cycle.delete": _("cycle deleted"),
    "cycle.follow": _("cycle prepared from the last one"),
    "demo.loaded": _("demo data loaded"),
    "do_not_contact.add": _("put on the do-not-contact list"),
    "do_not_contact.paste": _("list put on the do-not-contact list"),
    "do_not_contact.remove": _("taken off the do-not-contact list"),
    "draft.undo": _("change of a draft undone"),
    "engagement.attach": _("partner’s login put on an engagement"),
    "engagement.change": _("engagement changed"),
    "engagement.create": _("engagement begun"),
    "engagement.detach": _("partner’s login taken off an engagement"),
    "engagement.invite": _("somebody invited onto an engagement"),
    "import.finished": _("file imported"),
    "import.refused": _("file refused"),
    "import.start": _("import started"),
    "import.upload": _("file sent"),
    "invitation.accept": _("invitation accepted"),
    "invitation.create": _("invitation sent"),
    "invitation.resend": _("invitation sent again"),
    "invitation.revoke": _("invitation revoked"),
    "maturity.create": _("level of maturity added"),
    "maturity.delete": _("level of maturity deleted"),
    "maturity.move": _("level of maturity moved"),
    "maturity.rename": _("level of maturity renamed"),
    "lead.accept": _("lead accepted"),
    "lead.pass": _("lead passed on"),
    "lead.refuse": _("lead refused"),
    "lever_action.abandon": _("lever action abandoned"),
    "lever_action.change": _("lever action changed"),
    "lever_action.plan": _("lever action planned"),
    "lever_action.review": _("lever action reviewed"),
    "lever_action.start": _("lever action begun"),
    "lever_action.tick": _("steps of a lever action"),
    "member.deactivate": _("member deactivated"),
    "member.link": _("member tied to a salesperson"),
    "member.reactivate": _("member reactivated"),
    "member.role": _("role changed"),
    "merge.do": _("two rows made one"),
    "merge.keep_apart": _("two rows said to be two"),
    "merge.undo": _("merge undone"),
    "mix.take": _("objectives of the strategy taken"),
    "negotiation.accept": _("proposal accepted"),
    "negotiation.counter": _("counter-proposal made"),
    "negotiation.refuse": _("counter-proposal not taken"),
    "negotiation.send": _("shares proposed"),
    "negotiation.take": _("counter-proposal taken"),
    "negotiation.withdraw": _("proposal withdrawn"),
    "objective.add": _("objective added"),
    "objective.change": _("objective changed"),
    "objective.context": _("context changed"),
    "objective.remove": _("objective removed"),
    "organisation.change": _("settings changed"),
    "organisation.create": _("organisation made"),
    "partner.change": _("partner changed"),
    "partner.create": _("partner added"),
    "person.change": _("salesperson changed"),
    "person.create": _("salesperson added"),
    "person.move": _("salesperson moved to a team"),
    "person.remove_stay": _("time in a team removed"),
    "plan.ambition": _("revenue objective changed"),
    "plan.lever": _("figure of the plan changed"),
    "plan.recompute": _("plan worked out again"),
    "price.remove": _("price taken away"),
    "price.set": _("price set"),
    "profiles.take": _("personal objectives taken"),
    "progress.type": _("progress typed"),
    "revision.approve": _("revision approved"),
    "revision.propose": _("revision proposed"),
    "revision.refuse": _("revision refused"),
    "revision.withdraw": _("revision withdrawn"),
    "scenario.change": _("scenario changed"),
    "scenario.keep": _("scenario kept"),
    "scenario.remove": _("scenario removed"),
    "run.ask": _("recompute asked for"),
    "landing_checks.ask": _("check of past landings asked for"),
    "segment.change": _("segment changed"),
    "segment.create": _("segment made"),
    "segment.move": _("segment moved"),
    "segment.switch": _("segment taken in or out of use"),
    "stage.add": _("stage added"),
    "stage.delete": _("stage deleted"),
    "stage.move": _("stage moved"),
    "stage.rename": _("stage renamed"),
    "strategy.use": _("cycle tied to a strategy"),
    "strategy.write": _("strategy written"),
    "team.change": _("team changed"),
    "team.create": _("team added"),
}

# Names of details, and the codes of what changed.
DETAILS: dict[str, Promise] = {
    "becomes": _("state after"),
    "was": _("state before"),
    "side": _("for whom it was said"),
    "number": _("number"),
    "criteria": _("criteria"),
    "hours": _("stretches of hours"),
    "times": _("busy times"),
    "opportunity": _("opportunity"),
    "after_last_day": _("day after the last"),
    "amount": _("amount"),
    "as_of": _("as of"),
    "behalf": _("said for who has no login"),
    "before": _("before"),
    "changed": _("rows changed"),
    "clarity_threshold": _("clarity needed to activate"),
    "country": _("country calendar"),
    "created": _("rows created"),
    "currency": _("currency"),
    "day": _("day"),
    "down": _("towards the end"),
    "email": _("e-mail address"),
    "end_on": _("end date"),
    "fields": _("what changed"),
    "first_day": _("first day"),
    "from": _("from"),
    "fte": _("capacity (FTE)"),
    "high": _("at most"),
    "kind": _("kind of reason"),
    "last_day": _("last day"),
    "lever": _("lever"),
    "locale": _("language"),
    "locked": _("padlock"),
    "low": _("at least"),
    "manager": _("manager"),
    "name": _("name"),
    "objectives": _("objectives"),
    "owner": _("owner"),
    "owners": _("teams and people"),
    "parent": _("belongs to"),
    "person": _("salesperson"),
    "profile": _("profile"),
    "ratio": _("cover ratio"),
    "reached": _("reached"),
    "refused": _("rows refused"),
    "revenue": _("revenue objective"),
    "role": _("role"),
    "scopes": _("rights"),
    "shares": _("shares in percent"),
    "shares_before": _("shares before, in percent"),
    "size": _("size in bytes"),
    "start_on": _("start date"),
    "target": _("target"),
    "team": _("team"),
    "time_zone": _("time zone"),
    "to": _("to"),
    "unchanged": _("rows unchanged"),
    "undecided": _("proposals that lapsed"),
    "until": _("until"),
    "value": _("value"),
    "values": _("new values"),
    "verb": _("what was undone"),
    "metric": _("metric"),
    "working_days": _("working days"),
}
MONEY = frozenset({"amount", "before", "high", "low", "revenue", "target"})  # minor units
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
