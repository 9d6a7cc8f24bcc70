"""What a partner promised for an engagement, and where it stands: a part of the partner's home and of its client's page.

Composed by address: those pages are of the app below this one, and take this one as a fragment.
"""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from reporting.queries.prospecting import standing_of
from reporting.views.asked import yesterday
from reporting.views.figures import Writer
from reporting.views.maths import Maths
from reporting.views.standing import families
from tenants.access import TenantRequest, tenant_view
from tenants.domain.roles import Permission


@tenant_view(Permission.WORK_AS_PARTNER)
@require_safe
def engagement_mine(request: TenantRequest, engagement: UUID) -> HttpResponse:
    """For the partner: the own engagement; another one is not there."""
    return _standing(request, engagement)


@tenant_view(Permission.VIEW_PARTNERS)
@require_safe
def engagement_standing(request: TenantRequest, engagement: UUID) -> HttpResponse:
    """For the client."""
    return _standing(request, engagement)


def _standing(request: TenantRequest, engagement: UUID) -> HttpResponse:
    found = standing_of(engagement, yesterday())
    if found is None:
        raise Http404("engagement")
    writer = Writer.of(request.organisation.currency)
    maths = Maths.of(request.organisation.slug, writer, found.run.engine if found.run else "")
    context = {
        "standing": found,
        "engagement": found.engagement,
        "day": writer.day(found.as_of),
        "families": families(request, found.lines, writer, maths),
    }
    template = "reporting/engagement.html" + ("#standing" if request.htmx else "")
    response = render(request, template, context)
    patch_vary_headers(response, ["HX-Request"])
    return response
