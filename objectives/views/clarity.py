"""Step: whom, how and what for. Said once for the company, inherited by everything below; then how clear each objective is."""

from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from objectives.actions import contexts
from objectives.actions.contexts import LISTS
from objectives.actions.errors import Locked
from objectives.domain.context import FACTORS, Context
from objectives.forms import refusals_in
from objectives.forms.context import TEXTS, ContextForm, initial_of
from objectives.models import Cycle, Objective
from objectives.queries.briefs import Brief, briefs
from objectives.queries.clarity import ClarityLine, clarity_lines, clarity_of, is_top, whole_company
from objectives.queries.proposals import Offer, offered, proposals
from objectives.views.context_fields import fields_of, said_of
from objectives.views.shared import (
    answer,
    cycle_or_404,
    go_on,
    page_context,
    stale_text,
    step_url,
)
from objectives.wording import language, metric_name, owner_text
from objectives.wording_clarity import BASES, TO_DO
from objectives.wording_proposals import proposal_value
from pipeline.queries.stays import frontier
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.formatting import format_number, format_percent
from tenants.views.answers import go, tenant_url

ROWS = 50
FIRST = 5  # shown on the step itself


@tenant_view(Permission.VIEW_COMPANY)
@require_http_methods(["GET", "HEAD", "POST"])
def clarity(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    if request.method == "POST":
        Actor.of(request).require(Permission.SET_OBJECTIVES)
    rows = briefs(found)
    company = whole_company(rows)
    if company is None:
        return answer(request, "objectives/clarity.html", "clarity", _empty(request, found))
    form, proposed = company_form(request, found, company)
    if form.is_valid():
        try:
            with refusals_in(form, "reason"):
                contexts.say(
                    cycle=found,
                    objective=company,
                    context=form.context(),
                    version=form.cleaned_data["version"],
                    by=Actor.of(request),
                )
        except Locked:
            messages.error(request, _("This cycle is active: what its objectives say is locked."))
            return go(request, "objectives:review", cycle=found.pk)
        if not form.errors and form.stale is None:
            if not request.htmx:
                return go_on(request, found, "clarity")
            rows = briefs(found)
            company = whole_company(rows) or company
    context = _context(request, found, rows, company, form) | fields_of(form, proposed)
    if proposed and not form.is_bound:
        context["preview"] = preview(company, form)
    return answer(request, "objectives/clarity.html", "state", context, form)


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def clarity_list(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """Every objective with what is missing, the least clear first, 50 at a time."""
    found = cycle_or_404(request, cycle)
    text = request.GET.get("skip", "")
    skip = min(int(text), 10**6) if text.isdigit() and len(text) < 8 else 0
    context = page_context(request, found, "clarity") | _lines(request, found, briefs(found), skip)
    context["sentence"] = ""
    return answer(request, "objectives/clarity_list.html", "lines", context)


def company_form(
    request: TenantRequest, cycle: Cycle, company: Objective
) -> tuple[ContextForm, dict[str, str]]:
    """The form of the company's context, with what is proposed for the fields that say nothing yet."""
    front = frontier()
    offers = offered(front)
    found = proposals(cycle, company, offers, front) if cycle.state == Cycle.State.DRAFT else {}
    currency = request.organisation.currency
    values = {name: proposal_value(cycle, company, name, one, currency) for name, one in found.items()}
    form = ContextForm(
        request.POST if request.method == "POST" else None,
        initial=dict.fromkeys(FACTORS, 0)
        | initial_of(company.context)
        | values
        | {"version": company.version},
        currency=request.organisation.currency,
        offered=offer_labels(offers),
    )
    return form, {name: str(BASES[one.basis]) for name, one in found.items()}


def preview(company: Objective, form: ContextForm) -> int:
    """How clear the company's objective is with what the form begins with."""
    shown = {name: field.value() for name, field in ((field.name, field) for field in form)}
    said = {name: shown[name] for name in (*LISTS, *TEXTS)}
    said["not_applicable"] = {"segments": shown["not_segments"] or ""}
    return clarity_of(company, cast(Context, said)).score


def offer_labels(found: dict[str, list[Offer]]) -> dict[str, list[tuple[str, str]]]:
    """The names of the pipeline with their part of what was won."""
    text = _("%(name)s · %(share)s of what was won")
    return {
        field: [
            (
                offer.name,
                text % {"name": offer.name, "share": format_percent(offer.share, language(), digits=0)}
                if offer.share is not None
                else offer.name,
            )
            for offer in offers
        ]
        for field, offers in found.items()
    }


def _context(
    request: TenantRequest, cycle: Cycle, rows: list[Brief], company: Objective, form: ContextForm
) -> dict[str, Any]:
    context = page_context(request, cycle, "clarity")
    if form.stale is not None:
        now = _("at version %(version)s") % {"version": company.version}
        context["stale"] = stale_text(request, form.stale, now)
    return (
        context
        | _lines(request, cycle, rows, 0, FIRST)
        | {
            "version": company.version,
            "said": said_of(company.context),
            "list_url": tenant_url(request, "objectives:clarity_list", cycle=cycle.pk),
        }
    )


def _lines(
    request: TenantRequest, cycle: Cycle, rows: list[Brief], skip: int, most: int = ROWS
) -> dict[str, Any]:
    threshold = request.organisation.clarity_threshold
    lines = clarity_lines(rows)
    unclear = [line for line in lines if not line.clarity.is_enough(threshold)]
    shown = lines[skip : skip + most]
    more = len(lines) - skip - len(shown)
    url = tenant_url(request, "objectives:clarity_list", cycle=cycle.pk)
    return {
        "threshold": threshold,
        "total": len(lines),
        "unclear": len(unclear),
        "lines": [clarity_row(request, cycle, line, threshold) for line in shown],
        "more": more,
        "more_url": f"{url}?skip={skip + most}" if more > 0 else "",
        "sentence": _sentence(len(lines), len(unclear), threshold),
    }


def clarity_row(request: TenantRequest, cycle: Cycle, line: ClarityLine, threshold: int) -> dict[str, Any]:
    """An objective with its score, and what is missing with the field where it is said."""
    row, said_at = line.objective, step_url(request, cycle, "clarity")
    return {
        "name": f"{metric_name(row)} · {owner_text(row, request.organisation.name)}",
        "url": tenant_url(request, "objectives:objective", objective=row.pk),
        "score": line.clarity.score,
        "is_enough": line.clarity.is_enough(threshold),
        "missing": [
            {"text": str(TO_DO[item]), "url": field_url(request, cycle, row, item, said_at)}
            for item in line.clarity.missing
        ],
    }


def field_url(request: TenantRequest, cycle: Cycle, row: Objective | Brief, item: str, said_at: str) -> str:
    """Where a missing item is said: the company's context (on the page `said_at`), or the target's own field."""
    if item == "target" and row.source == Objective.Source.CASCADE:
        return step_url(request, cycle, "ambition" if is_top(row) else "cascade")
    if item in ("metric", "target", "period", "owner"):
        return tenant_url(request, "objectives:objective_edit", objective=row.pk) + f"#id_{item}"
    return f"{said_at}#field-{item}"


def _sentence(total: int, unclear: int, threshold: int) -> str:
    words = {"total": _count(total), "unclear": _count(unclear), "threshold": threshold}
    if not unclear:
        text = ngettext(
            "The objective is clear enough to be activated: %(threshold)s of 100 or more.",
            "All %(total)s objectives are clear enough to be activated: %(threshold)s of 100 or more.",
            total,
        )
        return text % words
    text = ngettext(
        "%(unclear)s of %(total)s objective is not clear enough to be activated: it needs %(threshold)s of 100.",
        "%(unclear)s of %(total)s objectives are not clear enough to be activated: they need %(threshold)s of 100.",
        unclear,
    )
    return text % words


def _empty(request: TenantRequest, cycle: Cycle) -> dict[str, Any]:
    return page_context(request, cycle, "clarity") | {
        "sentence": _("Whom to talk to, how, and what success is: said once, for everything below."),
        "ambition_url": step_url(request, cycle, "ambition"),
    }


def _count(value: float) -> str:
    return format_number(value, language(), digits=0)
