"""Salespeople and their teams over time."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tenants.access import Actor, TenantRequest, tenant_view
from tenants.actions import people
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.forms.people import MoveForm, NewPersonForm, PersonForm
from tenants.models import Person, TeamMembership
from tenants.queries import pages
from tenants.views.answers import action, form_page, go, page_of, people_tabs, tenant_url, trail


@tenant_view(Permission.MANAGE_PEOPLE)
@require_safe
def person_list(request: TenantRequest) -> HttpResponse:
    today = timezone.localdate()
    text, everyone = request.GET.get("q", "").strip(), request.GET.get("who") == "everyone"
    page = page_of(request, pages.people(text=text, everyone=everyone, day=today))
    context = {
        "tabs": people_tabs(request, "people"),
        "page": page,
        "rows": pages.person_rows(page.object_list, today),
        "text": text,
        "everyone": everyone,
        "actions": [
            action(_("Add a salesperson"), tenant_url(request, "tenants:person_create"), "plus", primary=True)
        ],
    }
    return render(request, "tenants/people.html", context)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person_create(request: TenantRequest) -> HttpResponse:
    form = NewPersonForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            person = people.create(**form.cleaned_data, by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("%s is added.") % person)
            return go(request, "tenants:people")
    context = {"form": form, "trail": trail(request, "tenants:people", _("Salespeople"), _("New"))}
    return form_page(request, "tenants/person_create.html", context, form)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: TenantRequest, person: UUID) -> HttpResponse:
    found = get_object_or_404(Person, pk=person)
    form = PersonForm(request.POST or None, initial=_details(found))
    if form.is_valid():
        with errors_in(form):
            people.change(person=found, by=Actor.of(request), **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "tenants:person", person=found.id)
        found.refresh_from_db()
    return _person_page(
        request, found, form=form, move_form=MoveForm(initial={"start_on": timezone.localdate()})
    )


@tenant_view(Permission.MANAGE_PEOPLE)
@require_POST
def person_move(request: TenantRequest, person: UUID) -> HttpResponse:
    found = get_object_or_404(Person, pk=person)
    form = MoveForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            stay = people.move(person=found, by=Actor.of(request), **form.cleaned_data)
        if not form.errors:
            messages.success(request, _("%(person)s is in %(team)s.") % {"person": found, "team": stay.team})
            return go(request, "tenants:person", person=found.id)
    return _person_page(request, found, form=PersonForm(initial=_details(found)), move_form=form)


@tenant_view(Permission.MANAGE_PEOPLE)
@require_POST
def stay_remove(request: TenantRequest, person: UUID, stay: UUID) -> HttpResponse:
    found = get_object_or_404(
        TeamMembership.objects.select_related("team", "person"), pk=stay, person_id=person
    )
    people.remove_stay(stay=found, by=Actor.of(request))
    messages.success(request, _("The time in %s is removed.") % found.team)
    return go(request, "tenants:person", person=person)


def _details(person: Person) -> dict[str, Any]:
    return {field: getattr(person, field) for field in people.FIELDS} | {"fte": person.fte.normalize()}


def _person_page(request: TenantRequest, person: Person, **forms: Any) -> HttpResponse:
    context = {
        "person": person,
        "row": pages.person_rows([person], timezone.localdate())[0],
        "stays": pages.stays_of(person),
        "today": timezone.localdate(),
        "trail": trail(request, "tenants:people", _("Salespeople"), person.name),
        **forms,
    }
    return form_page(request, "tenants/person.html", context, *forms.values())
