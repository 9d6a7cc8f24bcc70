"""The home of an outsourced partner: its month, what waits for whom, what was refused and why, what became of it."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from prospecting.domain.partner_figures import Rate
from prospecting.models import Engagement, Meeting
from prospecting.models.people import CHANNELS
from prospecting.queries import partner_home as queries
from prospecting.queries.partner_home import Home
from prospecting.views import partner_words as wording
from prospecting.views.partner_cards import delays, rate_text, statement_months
from prospecting.views.partner_report import page_url
from prospecting.views.partner_words import Words
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_day
from tenants.views.answers import action, tenant_url


@tenant_view(Permission.WORK_AS_PARTNER)
@require_safe
def partner_home(request: TenantRequest) -> HttpResponse:
    engagements = queries.own_engagements()
    chosen = _chosen(request, engagements)
    if chosen is None:
        return render(request, "prospecting/partner_home.html", {"engagements": []})
    words = Words.of(request.organisation.currency)
    today = timezone.localdate()
    home = queries.home(request.organisation, chosen, today)
    rates = {Rate(str(row.rate)): row for row in home.rates.itertuples()}
    month = home.month
    context = {
        "engagements": [
            {
                "label": one.name,
                "url": tenant_url(request, "prospecting:partner_home") + f"?engagement={one.id}",
                "active": one.id == chosen.id,
            }
            for one in engagements
        ],
        "home": home,
        "engagement": chosen,
        "sentence": _sentence(home, words),
        "actions": _actions(request, chosen),
        "bar": {
            "actual": month.accepted, "path": month.path, "target": month.target,
            "actual_text": words.number(month.accepted), "path_text": words.number(month.path),
            "target_text": words.number(month.target),
        },
        "delays": delays(chosen, home.figures, words),
        "to_log": [_line(request, one, home) for one in home.to_log],
        "ahead": [_line(request, one, home) for one in home.ahead],
        "waiting": [_line(request, one, home) for one in home.waiting],
        "refused": [_line(request, one, home) for one in home.refused],
        "disputed": [_line(request, one, home) for one in home.disputed],
        "channels": [str(dict(CHANNELS)[one]) for one in chosen.channels],
        "definition_url": page_url(request, "prospecting:definition", definition=home.in_force.definition_id)
        if home.in_force
        else "",
        "answers": _definition_answers(request, home),
        "contact": home.names.get(chosen.client_contact_id, "") if chosen.client_contact_id else "",
        "loop": _loop(home, rates, words),
        "months": statement_months(chosen, today, words)[:6],
        "today": today,
    }  # fmt: skip
    return render(request, "prospecting/partner_home.html", context)


def _chosen(request: TenantRequest, engagements: list[Engagement]) -> Engagement | None:
    """The one of the URL; the first one without. Http404 for one that is not the partner's, as for one that is not."""
    asked = request.GET.get("engagement", "")
    if not asked:
        return engagements[0] if engagements else None
    for one in engagements:
        if str(one.id) == asked:
            return one
    raise Http404("engagement")


def _sentence(home: Home, words: Words) -> str:
    """ "9 accepted of 14 this month, path 10. Two refused: no decision-maker present." """
    month = home.month
    accepted = words.number(month.accepted)
    if month.target is None:
        said = ngettext("%s accepted this month.", "%s accepted this month.", month.accepted) % accepted
    else:
        said = _("%(accepted)s accepted of %(target)s this month, path %(path)s.") % {
            "accepted": accepted,
            "target": words.number(month.target),
            "path": words.number(month.path),
        }
    recent = [one for one in home.refused if one.answered_at and one.answered_at.date() >= month.first]
    if recent:
        reasons = [wording.criterion(one.unmet.label if one.unmet else "") for one in recent]
        most = max(sorted(set(reasons)), key=reasons.count)
        said += " " + ngettext(
            "%(count)s refused: %(reason)s.", "%(count)s refused, most often: %(reason)s.", len(recent)
        ) % {"count": words.number(len(recent)), "reason": most}
    return said


def _line(request: TenantRequest, one: Meeting, home: Home) -> dict[str, Any]:
    return {
        "meeting": one,
        "url": page_url(request, "prospecting:meeting", meeting=one.id),
        "host": home.names.get(one.host_id, "") if one.host_id else "",
        "unmet": wording.criterion(one.unmet.label if one.unmet else ""),
        "may_dispute": one.state == "refused",
    }


def _actions(request: TenantRequest, chosen: Engagement) -> list[dict[str, Any]]:
    new = page_url(request, "prospecting:meeting_new")
    if not new or not chosen.is_active:
        return []
    return [action(_("Log a meeting"), f"{new}?engagement={chosen.id}", "plus", primary=True)]


def _definition_answers(request: TenantRequest, home: Home) -> dict[str, str]:
    """Where a proposed definition is accepted and sent back; empty when there is none."""
    if home.proposed is None:
        return {}
    return {
        "accept": page_url(request, "prospecting:definition_accept", version=home.proposed.id),
        "reject": page_url(request, "prospecting:definition_reject", version=home.proposed.id),
    }


def _loop(home: Home, rates: dict[Rate, Any], words: Words) -> dict[str, Any]:
    """What became of the meetings, as far as the client tells."""
    found = home.figures
    lines = [
        (_("Held"), words.number(found.held), rate_text(rates[Rate.ACCEPTANCE], words)),
        (_("Accepted"), words.number(found.accepted), ""),
    ]
    told = home.engagement.disclosure
    if told != Engagement.Disclosure.NOTHING:
        lines[1] = (*lines[1][:2], rate_text(rates[Rate.OPPORTUNITY], words))
        lines += [
            (_("Opportunity"), words.number(found.opportunities), rate_text(rates[Rate.WIN], words)),
            (_("Won"), words.number(found.won), ""),
        ]
    return {
        "lines": lines,
        "won": words.money(found.won_minor) if told == Engagement.Disclosure.AMOUNT else "",
        "told": Engagement.Disclosure(told).label,
        "first": format_day(home.month.first, words.language),
    }
