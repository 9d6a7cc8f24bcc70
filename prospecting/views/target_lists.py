"""Levels of maturity, and the do-not-contact list."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from prospecting.actions import do_not_contact as do_not_contact_actions
from prospecting.actions import maturities as maturity_actions
from prospecting.forms.targets import BarForm, MaturityForm, PasteForm
from prospecting.models import DoNotContact, Maturity
from prospecting.views.targets import tabs
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import form_page, go, page_of

UNREAD_SHOWN = 5


@tenant_view(Permission.SET_TARGETS)
@require_http_methods(["GET", "HEAD", "POST"])
def maturities(request: TenantRequest) -> HttpResponse:
    form = MaturityForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with errors_in(form):
            level = maturity_actions.create(name=form.cleaned_data["name"], by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("“%s” is added, as the warmest level.") % level.name)
            return go(request, "prospecting:maturities")
    return _maturity_page(request, form)


@tenant_view(Permission.SET_TARGETS)
@require_POST
def maturity_rename(request: TenantRequest, maturity: UUID) -> HttpResponse:
    level = get_object_or_404(Maturity, pk=maturity)
    form = MaturityForm(request.POST, auto_id=f"id_{level.pk}_%s")
    if form.is_valid():
        with errors_in(form):
            maturity_actions.rename(level=level, name=form.cleaned_data["name"], by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "prospecting:maturities")
    return _maturity_page(request, MaturityForm(), renaming={level.pk: form})


@tenant_view(Permission.SET_TARGETS)
@require_POST
def maturity_move(request: TenantRequest, maturity: UUID) -> HttpResponse:
    level = get_object_or_404(Maturity, pk=maturity)
    maturity_actions.move(level=level, up=request.POST.get("to") == "up", by=Actor.of(request))
    return go(request, "prospecting:maturities")


@tenant_view(Permission.SET_TARGETS)
@require_POST
def maturity_delete(request: TenantRequest, maturity: UUID) -> HttpResponse:
    level, form = get_object_or_404(Maturity, pk=maturity), MaturityForm({"name": "–"})
    form.is_valid()
    with errors_in(form):
        maturity_actions.delete(level=level, by=Actor.of(request))
    if form.errors:
        messages.error(request, " ".join(str(one) for one in form.non_field_errors()))
    return go(request, "prospecting:maturities")


@tenant_view(Permission.SET_TARGETS)
@require_http_methods(["GET", "HEAD", "POST"])
def do_not_contact(request: TenantRequest) -> HttpResponse:
    """The list, newest first, with a form for one entry and one for many."""
    form = BarForm(request.POST or None)
    if form.is_bound and form.is_valid():
        with errors_in(form):
            do_not_contact_actions.add(**form.cleaned_data, by=Actor.of(request), now=timezone.now())
        if not form.errors:
            messages.success(request, _("Added: nobody is to contact them."))
            return go(request, "prospecting:do_not_contact")
    return _list_page(request, form, PasteForm())


@tenant_view(Permission.SET_TARGETS)
@require_POST
def do_not_contact_paste(request: TenantRequest) -> HttpResponse:
    form = PasteForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            pasted = do_not_contact_actions.paste(
                **form.cleaned_data, by=Actor.of(request), now=timezone.now()
            )
        if not form.errors:
            text = ngettext("%(count)d entry added.", "%(count)d entries added.", pasted.added)
            messages.success(request, text % {"count": pasted.added})
            if pasted.unread:
                lines = ", ".join(f"{line.number}: {line.text[:40]}" for line in pasted.unread[:UNREAD_SHOWN])
                messages.warning(request, _("These lines name nobody in particular: %s") % lines)
            return go(request, "prospecting:do_not_contact")
    return _list_page(request, BarForm(), form)


@tenant_view(Permission.SET_TARGETS)
@require_POST
def do_not_contact_remove(request: TenantRequest, entry: UUID) -> HttpResponse:
    do_not_contact_actions.remove(entry=get_object_or_404(DoNotContact, pk=entry), by=Actor.of(request))
    messages.success(request, _("Taken off the list."))
    return go(request, "prospecting:do_not_contact")


def _maturity_page(
    request: TenantRequest, form: MaturityForm, renaming: dict[UUID, MaturityForm] | None = None
) -> HttpResponse:
    levels = list(Maturity.objects.order_by("position"))
    rows: list[dict[str, Any]] = [
        {
            "level": level,
            "form": (renaming or {}).get(level.pk)
            or MaturityForm(initial={"name": level.name}, auto_id=f"id_{level.pk}_%s"),
            "is_first": place == 0,
            "is_last": place == len(levels) - 1,
        }
        for place, level in enumerate(levels)
    ]
    context = {"tabs": tabs(request, "maturities"), "rows": rows, "form": form}
    return form_page(request, "prospecting/maturities.html", context, form, *(renaming or {}).values())


def _list_page(request: TenantRequest, form: BarForm, paste: PasteForm) -> HttpResponse:
    page = page_of(request, DoNotContact.objects.order_by("-added_at", "id"))
    context = {"tabs": tabs(request, "do_not_contact"), "page": page, "form": form, "paste": paste}
    return form_page(request, "prospecting/do_not_contact.html", context, form, paste)
