"""Leads: the list, one or many to pass, one to answer."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prospecting.actions import leads as actions
from prospecting.domain.leads import ANSWER_DAYS
from prospecting.forms.leads import AnswerForm, LeadForm, PasteForm
from prospecting.models import Lead
from prospecting.queries import leads as queries
from prospecting.queries.hands import hands_of
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.models import Person
from tenants.queries.calendar import after_working_days
from tenants.views.answers import action, form_page, go, page_of, tenant_url, trail


@tenant_view(Permission.VIEW_PROSPECTS)
@require_safe
def lead_list(request: TenantRequest) -> HttpResponse:
    """A salesperson sees the own leads and those of nobody; `answered` shows what was answered."""
    today, is_answered = timezone.localdate(), "answered" in request.GET
    page = page_of(request, queries.listed(people=_whose(request), waiting=not is_answered))
    may_pass = request.membership.allows(Permission.PASS_LEADS)
    return render(
        request,
        "prospecting/leads.html",
        {
            "page": page,
            "rows": [_row(request, lead, today) for lead in page.object_list],
            "tabs": [
                {"label": _("Waiting"), "url": request.path, "active": not is_answered},
                {"label": _("Answered"), "url": f"{request.path}?answered=1", "active": is_answered},
            ],
            "is_answered": is_answered,
            "answer_days": ANSWER_DAYS,
            "actions": [
                action(_("Paste several"), tenant_url(request, "prospecting:lead_paste"), "import"),
                action(_("Pass a lead"), tenant_url(request, "prospecting:lead_pass"), "plus", primary=True),
            ]
            if may_pass
            else [],
        },
    )


@tenant_view(Permission.PASS_LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def lead_pass(request: TenantRequest) -> HttpResponse:
    today = timezone.localdate()
    people = [person for person in Person.objects.order_by("name") if person.is_present(today)]
    form = LeadForm(request.POST or None, people=people)
    if form.is_valid():
        with errors_in(form):
            actions.pass_one(**form.cleaned_data, today=today, by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("Passed on: sales answers within two working days."))
            return go(request, "prospecting:leads")
    here = trail(request, "prospecting:leads", _("Leads"), _("Pass a lead"))
    context = {"form": form, "trail": here, "title": _("Pass a lead"), "save": _("Pass it on")}
    return form_page(request, "prospecting/lead_form.html", context, form)


@tenant_view(Permission.PASS_LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def lead_paste(request: TenantRequest) -> HttpResponse:
    form = PasteForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            done = actions.pass_many(
                lines=form.cleaned_data["lines"], today=timezone.localdate(), by=Actor.of(request)
            )
        if not form.errors:
            _tell(request, done)
            return go(request, "prospecting:leads")
    here = trail(request, "prospecting:leads", _("Leads"), _("Paste several"))
    context = {"form": form, "trail": here, "title": _("Paste several"), "save": _("Pass them on")}
    return form_page(request, "prospecting/lead_form.html", context, form)


@tenant_view(Permission.ANSWER_LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def lead(request: TenantRequest, lead: UUID) -> HttpResponse:
    """GET: what is known of it. POST: `answer` is accept, open (accept, and begin the opportunity) or refuse."""
    rows = Lead.objects.select_related("company", "owner", "segment", "opportunity")
    found, today, by = get_object_or_404(rows, pk=lead), timezone.localdate(), Actor.of(request)
    form = AnswerForm(request.POST or None)
    answer = request.POST.get("answer", "")
    if request.method == "POST" and form.is_valid():
        with errors_in(form):
            if answer == "refuse":
                actions.refuse(lead=found, reason=form.cleaned_data["reason"], today=today, by=by)
            else:
                actions.accept(lead=found, open_opportunity=answer == "open", today=today, by=by)
        if not form.errors:
            messages.success(request, _("Answered: marketing sees it."))
            return go(request, "prospecting:leads")
    context = {
        "form": form,
        "lead": found,
        "row": _row(request, found, today),
        "may_answer": actions.may_answer(found, today, by),
        "trail": trail(request, "prospecting:leads", _("Leads"), found.company.name),
    }
    return form_page(request, "prospecting/lead.html", context, form)


def _whose(request: TenantRequest) -> tuple[UUID, ...] | None:
    """Marketing and who sees the company: all of them; the others those that they may answer."""
    if request.membership.allows(Permission.PASS_LEADS):
        return None
    hands = hands_of(Actor.of(request), timezone.localdate())
    return None if hands.everything else tuple(person.id for person in hands.people)


def _row(request: TenantRequest, lead: Lead, today: Any) -> dict[str, Any]:
    due = after_working_days(request.organisation, lead.passed_on, ANSWER_DAYS)
    may_answer = request.membership.allows(Permission.ANSWER_LEADS)
    return {
        "lead": lead,
        "due": due,
        "is_late": lead.state == Lead.State.PASSED and due < today,
        "url": tenant_url(request, "prospecting:lead", lead=lead.pk) if may_answer else "",
    }


def _tell(request: TenantRequest, done: actions.Passed) -> None:
    messages.success(request, _("%(made)s leads were passed on.") % {"made": done.made})
    if done.known:
        text = _("Lines %(lines)s were passed before: nothing was changed.")
        messages.info(request, text % {"lines": ", ".join(map(str, done.known))})
    if done.nobody:
        text = _("Lines %(lines)s name nobody of the salespeople: they were not passed.")
        messages.warning(request, text % {"lines": ", ".join(map(str, done.nobody))})
