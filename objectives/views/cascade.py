"""Step 3: who carries how much."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from objectives.actions import cascades
from objectives.actions.errors import Locked
from objectives.forms import (
    CoverForm,
    PadlockForm,
    ShareForm,
    VersionedForm,
    rate_text,
    refusals_in,
)
from objectives.models import Cycle, Objective
from objectives.queries.tree import CHILDREN, CascadeRow, cascade_rows, revenue_rows
from objectives.views.shared import (
    answer,
    cycle_or_404,
    money_now,
    page_context,
    plan_of,
    share_or_404,
    stale_text,
)  # fmt: skip
from objectives.wording import cascade_sentence, owner_text
from pipeline.amount_field import amount_text
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.views.answers import go, tenant_url


@tenant_view(Permission.VIEW_COMPANY)
@require_safe
def cascade(request: TenantRequest, cycle: UUID) -> HttpResponse:
    return _page(request, cycle_or_404(request, cycle))


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def share(request: TenantRequest, cycle: UUID, objective: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    row = share_or_404(found, objective)
    form = ShareForm(request.POST, currency=request.organisation.currency)

    def act() -> None:
        cascades.change_share(
            cycle=found,
            objective=row,
            target_minor=form.cleaned_data["target"],
            low=form.cleaned_data["low"],
            high=form.cleaned_data["high"],
            reason=form.cleaned_data["reason"],
            version=form.cleaned_data["version"],
            by=Actor.of(request),
        )

    return _change(request, found, form, "target", act, row)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def share_padlock(request: TenantRequest, cycle: UUID, objective: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    row = share_or_404(found, objective)
    data = request.POST.copy()
    data.setdefault("version", request.GET.get("version", ""))
    form = PadlockForm(data, currency=request.organisation.currency)

    def act() -> None:
        locked, version = form.cleaned_data["locked"], form.cleaned_data["version"]
        cascades.set_padlock(cycle=found, objective=row, locked=locked, version=version, by=Actor.of(request))

    return _change(request, found, form, "locked", act, row)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def cover(request: TenantRequest, cycle: UUID) -> HttpResponse:
    found = cycle_or_404(request, cycle)
    form = CoverForm(request.POST, currency=request.organisation.currency)

    def act() -> None:
        ratio = Decimal(str(round(form.cleaned_data["ratio"], 3)))
        cascades.set_cover(
            cycle=found, ratio=ratio, version=form.cleaned_data["version"], by=Actor.of(request)
        )

    return _change(request, found, form, "ratio", act)


@tenant_view(Permission.SET_OBJECTIVES)
@require_POST
def share_out(request: TenantRequest, cycle: UUID) -> HttpResponse:
    """Share again with the teams, people and history of now."""
    found = cycle_or_404(request, cycle)
    try:
        cascades.share_out(cycle=found, by=Actor.of(request))
    except Locked:
        return _locked(request, found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return go(request, "objectives:ambition", cycle=found.pk)
    return _page(request, found) if request.htmx else _back(request, found)


def _change(
    request: TenantRequest,
    cycle: Cycle,
    form: VersionedForm,
    field: str,
    act: Callable[[], None],
    row: Objective | None = None,
) -> HttpResponse:
    """Run an edit of the cascade and show the table, with the refused form in its row."""
    if form.is_valid():
        try:
            with refusals_in(form, field):
                act()
        except Locked:
            return _locked(request, cycle)
    if form.is_valid() and form.stale is None and not request.htmx:
        return _back(request, cycle)
    return _page(request, cycle, form, row)


def _back(request: TenantRequest, cycle: Cycle) -> HttpResponse:
    response = go(request, "objectives:cascade", cycle=cycle.pk)
    response["Location"] += _place(request)
    return response


def _locked(request: TenantRequest, cycle: Cycle) -> HttpResponse:
    messages.error(request, _("This cycle is active: its shares are locked."))
    return go(request, "objectives:review", cycle=cycle.pk)


def _page(
    request: TenantRequest, cycle: Cycle, form: VersionedForm | None = None, refused: Objective | None = None
) -> HttpResponse:
    context = page_context(request, cycle, "cascade")
    plan = plan_of(cycle)
    rows = revenue_rows(cycle)
    if form is not None and form.stale is not None:
        context["stale"] = stale_text(request, form.stale, _now(form, context["currency"]))
    opened = _opened(request)
    top, skip = _uuid(request.GET.get("top")), _skip(request)
    shown = cascade_rows(rows, opened, top, skip)
    context |= {
        "plan": plan,
        "sentence": _sentence(rows, context["currency"]),
        "rows": [_row(request, cycle, row, form, refused) for row in shown],
        "unfold_query": _place(request),
        "is_narrowed": bool(shown) and shown[0].objective.parent_id is not None,
        "previous": _query(opened, top=top, skip=max(0, skip - CHILDREN)) if skip else "",
        "following": _query(opened, top=top, skip=skip + CHILDREN) if shown and shown[0].more > skip else "",
        "cover_form": form
        if isinstance(form, CoverForm) and (form.errors or form.stale)
        else CoverForm(initial={"ratio": rate_text(float(plan.cover_ratio))}, currency=context["currency"]),
    }
    return answer(request, "objectives/cascade.html", "cascade", context, *([form] if form else []))


def _sentence(rows: list[Objective], currency: str) -> str:
    company = next(iter(cascade_rows(rows, [])), None)
    if company is None or company.target is None:
        return _("Nothing is shared out yet.")
    teams = sum(row.team_id is not None for row in rows)
    people = sum(row.person_id is not None for row in rows)
    if not people:
        return _("Nobody sells in this cycle: the company alone carries the objective.")
    return cascade_sentence(company.target, teams, people, company.difference or 0, currency)


def _row(
    request: TenantRequest,
    cycle: Cycle,
    row: CascadeRow,
    form: VersionedForm | None,
    refused: Objective | None,
) -> dict[str, Any]:
    """A line of the table: what is shown, what is typed, and where it is sent to."""
    objective, currency = row.objective, request.organisation.currency
    here = {"cycle": cycle.pk, "objective": objective.pk}
    wrong = form if form is not None and refused is not None and refused.pk == objective.pk else None
    wrong = wrong if wrong is not None and (wrong.errors or wrong.stale) else None
    typed = {
        name: amount_text(value, currency) for name, value in _amounts(objective).items() if value is not None
    }
    typed["reason"] = objective.reason
    if isinstance(wrong, ShareForm):
        typed = {name: wrong.data.get(name, "") for name in ("target", "low", "high", "reason")}
    return {
        "row": row,
        "id": objective.pk,
        "name": owner_text(objective, request.organisation.name),
        "is_team": objective.team_id is not None,
        "is_company": objective.parent_id is None,
        "typed": typed,
        "errors": wrong.errors if wrong else {},
        "other_errors": [text for name, texts in wrong.errors.items() if name != "target" for text in texts]
        if wrong
        else [],
        "has_bounds": any(typed.get(name) for name in ("low", "high", "reason")),
        "url": tenant_url(request, "objectives:share", **here) + _place(request),
        "padlock_id": f"padlock-{objective.pk}",
        "padlock_url": tenant_url(request, "objectives:share_padlock", **here)
        + _place(request, version=objective.version),
        "toggle_query": _toggled(request, row),
        # The first row's are on the next page.
        "rest_query": _query(_opened(request), top=objective.pk, skip=row.children - row.more)
        if row.more and row.depth
        else "",
        "detail_url": tenant_url(request, "objectives:objective", objective=objective.pk),
    }


def _toggled(request: TenantRequest, row: CascadeRow) -> str:
    """Closes or opens a row; where the table is full, its children have one of their own."""
    key = row.objective.pk
    others = [other for other in _opened(request) if other != key]
    if not row.is_open and not row.has_room:
        return _query(others, top=key)
    return _place(request, others if row.is_open else [*others, key])


def _amounts(objective: Objective) -> dict[str, Decimal | None]:
    return {"target": objective.target, "low": objective.low, "high": objective.high}


def _now(form: VersionedForm, currency: str) -> str:
    current = form.stale.current if form.stale else None
    if isinstance(current, Objective):
        return money_now(current.target, currency)
    return rate_text(float(current.cover_ratio)) + " %" if current is not None else ""  # type: ignore[attr-defined]


def _opened(request: TenantRequest) -> list[UUID]:
    """The owners whose people are shown: part of the address, so that a reload or a link shows the same."""
    found = (_uuid(text) for text in request.GET.getlist("open")[:200])
    return [key for key in found if key is not None]


def _skip(request: TenantRequest) -> int:
    text = request.GET.get("skip", "")
    return min(int(text), 10**6) if text.isdigit() and len(text) < 8 else 0


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text or "")
    except ValueError:
        return None


def _place(request: TenantRequest, opened: list[UUID] | None = None, **more: Any) -> str:
    """The same part of the table, with what is `opened` there instead."""
    return _query(
        _opened(request) if opened is None else opened,
        top=_uuid(request.GET.get("top")),
        skip=_skip(request) or None,
        **more,
    )


def _query(opened: list[UUID], **more: Any) -> str:
    pairs = [("open", key) for key in opened] + [
        (name, value) for name, value in more.items() if value is not None
    ]
    return f"?{urlencode(pairs)}" if pairs else ""
