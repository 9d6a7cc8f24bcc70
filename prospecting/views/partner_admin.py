"""Partner firms and engagements, for who manages them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prospecting.actions import engagements, partners, prices
from prospecting.actions.errors import StaleVersion
from prospecting.forms.partners import EngagementForm, InviteForm, PartnerChangeForm, PartnerForm, PriceForm
from prospecting.models import Engagement, EngagementMember, Partner, Price
from prospecting.queries import partners as queries
from tenants import queries as tenant_queries
from tenants.access import Actor, TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.forms.base import errors_in
from tenants.views.answers import action, form_page, go, tenant_url, trail


@tenant_view(Permission.MANAGE_PARTNERS)
@require_safe
def partner_list(request: TenantRequest) -> HttpResponse:
    context = {
        "firms": queries.firms(),
        "trail": trail(request, "prospecting:partners", _("Partners"), _("Firms and engagements")),
        "actions": [
            action(
                _("Add a partner"), tenant_url(request, "prospecting:partner_create"), "plus", primary=True
            )
        ],
    }
    return render(request, "prospecting/partner_list.html", context)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner_create(request: TenantRequest) -> HttpResponse:
    form = PartnerForm(request.POST or None)
    if form.is_valid():
        with errors_in(form):
            made = partners.create(name=form.cleaned_data["name"], by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("%s is added. What was agreed on?") % made)
            return go(request, "prospecting:engagement_create", partner=made.id)
    return _form_page(request, _("New partner"), form)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def partner(request: TenantRequest, partner: UUID) -> HttpResponse:
    found = get_object_or_404(Partner, pk=partner)
    name = found.name
    form = PartnerChangeForm(request.POST or None, initial={"name": name, "is_active": found.is_active})
    if form.is_valid():
        with errors_in(form):
            partners.change(partner=found, **form.cleaned_data, by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("Saved."))
            return go(request, "prospecting:partner_list")
    return _form_page(request, name, form)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_create(request: TenantRequest, partner: UUID) -> HttpResponse:
    firm = get_object_or_404(Partner, pk=partner)
    form = EngagementForm(
        request.POST or None, initial={"name": firm.name, "starts_on": timezone.localdate()}
    )
    if form.is_valid():
        with errors_in(form):
            made = engagements.create(partner=firm, terms=form.terms(), by=Actor.of(request))
        if not form.errors:
            messages.success(
                request, _("The engagement %s is made. Set its price and who works on it.") % made
            )
            return go(request, "prospecting:engagement_edit", engagement=made.id)
    return _form_page(request, _("New engagement of %s") % firm, form)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_http_methods(["GET", "HEAD", "POST"])
def engagement_edit(request: TenantRequest, engagement: UUID) -> HttpResponse:
    found = _engagement(engagement)
    form = EngagementForm(request.POST or None, initial=_initial(found))
    stale = False
    if form.is_valid():
        try:
            with errors_in(form):
                engagements.change(
                    engagement=found,
                    terms=form.terms(),
                    version=form.cleaned_data["version"],
                    by=Actor.of(request),
                )
        except StaleVersion:
            stale = True
            form.add_error(
                None, _("Somebody else changed this engagement since you opened it: reload the page.")
            )
        if not form.errors and not stale:
            messages.success(request, _("Saved."))
            return go(request, "prospecting:engagement_edit", engagement=found.id)
    return _engagement_page(request, found, form=form)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_POST
def price_set(request: TenantRequest, engagement: UUID) -> HttpResponse:
    found = _engagement(engagement)
    form = PriceForm(request.POST, currency=request.organisation.currency)
    if form.is_valid():
        with errors_in(form):
            prices.set_price(engagement=found, **form.cleaned_data, by=Actor.of(request))
        if not form.errors:
            messages.success(request, _("The price is set. Meetings that are booked already keep theirs."))
            return go(request, "prospecting:engagement_edit", engagement=found.id)
    return _engagement_page(request, found, price=form)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_POST
def price_remove(request: TenantRequest, engagement: UUID, price: UUID) -> HttpResponse:
    found = get_object_or_404(Price, pk=price, engagement=engagement)
    prices.remove(price=found, by=Actor.of(request))
    messages.success(request, _("The price is taken away."))
    return go(request, "prospecting:engagement_edit", engagement=engagement)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_POST
def engagement_invite(request: TenantRequest, engagement: UUID) -> HttpResponse:
    found = _engagement(engagement)
    form = InviteForm(request.POST)
    if form.is_valid():
        with errors_in(form):
            made = partners.invite(
                engagement=found, **form.cleaned_data, by=Actor.of(request), now=timezone.now()
            )
        if not form.errors:
            joined = isinstance(made, EngagementMember)
            said = _("%s works on this engagement.") if joined else _("The invitation to %s is on its way.")
            messages.success(request, said % form.cleaned_data["email"])
            return go(request, "prospecting:engagement_edit", engagement=found.id)
    return _engagement_page(request, found, invite=form)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_POST
def engagement_attach(request: TenantRequest, engagement: UUID, member: UUID) -> HttpResponse:
    found = _engagement(engagement)
    login = tenant_queries.membership(request.organisation.id, member)
    if login is None:
        raise Http404
    try:
        partners.attach(engagement=found, membership=login, by=Actor.of(request))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, _("%s works on this engagement.") % login.user)
    return go(request, "prospecting:engagement_edit", engagement=found.id)


@tenant_view(Permission.MANAGE_PARTNERS)
@require_POST
def engagement_detach(request: TenantRequest, engagement: UUID, member: UUID) -> HttpResponse:
    found = get_object_or_404(EngagementMember, pk=member, engagement=engagement)
    partners.detach(member=found, by=Actor.of(request))
    messages.success(request, _("This login no longer sees the engagement."))
    return go(request, "prospecting:engagement_edit", engagement=engagement)


def _engagement(engagement: UUID) -> Engagement:
    found: Engagement = get_object_or_404(Engagement.objects.select_related("partner"), pk=engagement)
    return found


def _initial(found: Engagement) -> dict[str, Any]:
    initial = {name: getattr(found, name) for name in EngagementForm.base_fields}
    return initial | {"client_contact": found.client_contact_id}


def _engagement_page(
    request: TenantRequest,
    found: Engagement,
    *,
    form: EngagementForm | None = None,
    price: PriceForm | None = None,
    invite: InviteForm | None = None,
) -> HttpResponse:
    form = form or EngagementForm(initial=_initial(found))
    price = price or PriceForm(currency=request.organisation.currency)
    invite = invite or InviteForm(initial={"language": request.organisation.locale})
    context = {
        "engagement": found,
        "form": form,
        "price_form": price,
        "invite_form": invite,
        "prices": list(Price.objects.filter(engagement=found).order_by("-from_on")),
        "people": queries.people_of(found),
        "currency": request.organisation.currency,
        "trail": trail(request, "prospecting:partner_list", _("Firms and engagements"), found.name),
    }
    return form_page(request, "prospecting/engagement_edit.html", context, form, price, invite)


def _form_page(request: TenantRequest, title: str, form: PartnerForm | EngagementForm) -> HttpResponse:
    context = {
        "title": title,
        "form": form,
        "back": tenant_url(request, "prospecting:partner_list"),
        "trail": trail(request, "prospecting:partner_list", _("Firms and engagements"), title),
    }
    return form_page(request, "prospecting/partner_form.html", context, form)
