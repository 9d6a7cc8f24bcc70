"""Statements of accepted meetings, for the client and for the partner alike: the same rows, PDF or CSV."""

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pipeline.domain.importing.exporting import write_csv
from prospecting.queries import partners as queries
from prospecting.queries.partners import Statement
from prospecting.views.partner_words import Words
from prospecting.views.statement_pdf import statement_pdf
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission
from tenants.money import to_decimal


@tenant_view(Permission.VIEW_PARTNERS)
@require_safe
def statement(request: TenantRequest, engagement: UUID, month: str, form: str) -> HttpResponse:
    return _file(request, engagement, month, form)


@tenant_view(Permission.WORK_AS_PARTNER)
@require_safe
def partner_statement(request: TenantRequest, engagement: UUID, month: str, form: str) -> HttpResponse:
    """The wall leaves a partner its own engagements only."""
    return _file(request, engagement, month, form)


def _file(request: TenantRequest, engagement: UUID, month: str, form: str) -> HttpResponse:
    found = queries.engagements([engagement])
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404("month") from None
    if not found or form not in ("pdf", "csv"):
        raise Http404
    told = queries.statement(found[0], first)
    if form == "csv":
        content, kind = _csv(told, request.organisation.currency), "text/csv; charset=utf-8"
    else:
        words = Words.of(request.organisation.currency)
        content = statement_pdf(told, client=request.organisation.name, words=words)
        kind = "application/pdf"
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="statement-{month}.{form}"'
    return response


def _csv(told: Statement, currency: str) -> bytes:
    headers = [
        _("Meeting"), _("Company"), _("Accepted on"), _("How"), _("Price"), _("Currency"), _("Engagement"),
    ]  # fmt: skip
    name = told.engagement.name
    rows: list[list[object]] = [
        [
            one.starts_at.astimezone(one.organisation.zone).date(), one.company_name, one.accepted_on,
            one.get_state_display(), to_decimal(one.price_minor, currency), currency, name,
        ]
        for one in told.meetings
    ]  # fmt: skip
    rows.append([told.last, _("Monthly price"), "", "", to_decimal(told.fee_minor, currency), currency, name])
    return write_csv(rows, headers, mark=True).encode()
