from datetime import date
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied
from django.http import Http404, QueryDict
from django.urls import resolve, reverse
from django.utils import timezone, translation
from django_htmx.middleware import HtmxDetails

from objectives.models import Cycle
from reporting.actions import effects as effects_action
from reporting.actions import landing_checks as checks_action
from reporting.actions import looks
from reporting.actions import recompute as recompute_action
from reporting.queries import memo
from tenants import queries
from tenants.access import TenantRequest
from tenants.actions.jobs import EFFECTS_TASK, LANDING_CHECKS_TASK, LOOK_TASK, RECOMPUTE_TASK
from tenants.domain.roles import Role
from tenants.models import ApiKey, Membership, Organisation
from tenants.tasks import JobContext, Refused, job_task

MORNING = ("levers", "conversion", "value", "what_if")  # what a director opens, and no night has stored


@job_task(name=RECOMPUTE_TASK)
def recompute(context: JobContext) -> None:
    """Recompute an organisation as of the day that the job's key names."""
    as_of = _day(context)
    recompute_action.run(
        as_of=as_of, started_at=timezone.now(), job_id=context.job_id, progress=context.progress
    )
    effects_action.ask(organisation_id=context.organisation.id, as_of=as_of)
    looks.ask_for_the_morning(as_of=as_of, addresses=_morning(context.organisation.slug, as_of))


@job_task(name=EFFECTS_TASK)
def effects(context: JobContext) -> None:
    """Measure what lever actions did as of the day that the job's key names."""
    effects_action.store(as_of=_day(context))


@job_task(name=LANDING_CHECKS_TASK)
def landing_checks(context: JobContext) -> None:
    """Work out what would have been said in past cycles; everything that is known by now says what came."""
    checks_action.run(organisation=context.organisation, now=timezone.now(), progress=context.progress)


@job_task(name=LOOK_TASK)
def look(context: JobContext) -> None:
    """Look at pages as a member would, so that what they take long to work out is kept when the member looks."""
    organisation = context.organisation
    asked = looks.asked(organisation.id, context.job_id)
    who: Membership | ApiKey | None = None
    if asked is not None:
        who = (queries.api_key if asked.is_key else queries.membership)(organisation.id, asked.who)
    if asked is None or who is None or not _may_look(who):
        raise Refused("nobody waits for this any more")
    for done, address in enumerate(asked.addresses):
        context.progress("look", done, len(asked.addresses))
        try:
            with memo.in_the_background():
                _open(address, organisation, who)
        except (Http404, PermissionDenied) as error:
            raise Refused(str(error) or repr(error)) from error


def _day(context: JobContext) -> date:
    try:
        return date.fromisoformat(context.key)
    except ValueError as error:
        raise Refused(str(error)) from error


def _may_look(who: Membership | ApiKey) -> bool:
    """No job looks through a partner's wall, and whoever left meanwhile looks at nothing."""
    if isinstance(who, ApiKey):
        return who.revoked_at is None and (who.expires_at is None or who.expires_at > timezone.now())
    return who.is_active and who.role != Role.PARTNER


def _open(address: str, organisation: Organisation, who: Membership | ApiKey) -> None:
    """As `tenants.middleware` opens it; a view that refuses raises, a list of the API answers so."""
    path, _mark, query = address.partition("?")
    request = TenantRequest()
    request.method, request.path, request.path_info = "GET", path, path
    request.GET = QueryDict(query)
    request.META = {"QUERY_STRING": query, "SERVER_NAME": "localhost", "SERVER_PORT": "80"}
    request.organisation, request.htmx = organisation, HtmxDetails(request)
    language = organisation.locale
    if isinstance(who, ApiKey):
        request.api_key = who  # type: ignore[attr-defined]
    else:
        request.user, request.membership, language = who.user, who, who.user.language
    found = resolve(path)
    if found.kwargs.get("organisation", organisation.slug) != organisation.slug:
        raise Http404(path)
    with timezone.override(organisation.zone), translation.override(language):
        found.func(request, *found.args, **found.kwargs)


def _morning(slug: str, as_of: date) -> list[str]:
    """The pages of MORNING as of the day, in its cycle."""
    cycle = Cycle.objects.filter(start_on__lte=as_of, end_on__gt=as_of).first()
    if cycle is None:
        return []
    query = urlencode({"cycle": cycle.id, "as_of": as_of.isoformat()})
    return [f"{reverse(f'reporting:{name}', kwargs={'organisation': slug})}?{query}" for name in MORNING]
