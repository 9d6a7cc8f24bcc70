"""An accepted meeting becomes an opportunity of the pipeline, which remembers where it came from."""

from datetime import datetime

from django.core.exceptions import PermissionDenied, ValidationError
from django.utils.translation import gettext as _

from pipeline.actions import opportunities
from pipeline.models import Opportunity
from prospecting.domain.channels import Channel
from prospecting.domain.meetings import ACCEPTED, Side
from prospecting.models import Meeting
from prospecting.models.people import channel_name
from prospecting.queries.readers import reader_of
from tenants.access import Actor
from tenants.actions import audit
from tenants.domain.roles import Permission


def open_opportunity(
    *, meeting: Meeting, by: Actor, now: datetime, amount_minor: int | None = None
) -> Opportunity:
    """The opportunity of an accepted meeting, in the first stage and the host's hands; twice gives the same one.

    Raises PermissionDenied for who is not on the client's side, ValidationError for a meeting that is not accepted.
    """
    by.require(Permission.JUDGE_MEETINGS)
    row: Meeting = (
        Meeting.objects.select_for_update(of=("self",))
        .select_related("organisation", "engagement", "segment", "opportunity")
        .get(pk=meeting.pk)
    )
    today = now.astimezone(row.organisation.zone).date()
    if Side.CLIENT not in reader_of(by, today).sides(row):
        raise PermissionDenied(Permission.JUDGE_MEETINGS)
    if row.opportunity is not None:
        known: Opportunity = row.opportunity
        return known
    if row.state not in ACCEPTED:
        raise ValidationError(_("Only an accepted meeting becomes an opportunity."))
    made = opportunities.begin(
        external_id=f"meeting-{row.pk}",
        name=row.company_name,
        company_id=row.company_id,
        owner_id=row.host_id or row.booked_by_id,
        team_id=row.team_id,
        segment=row.segment.name if row.segment is not None else "",
        channel=channel_name(
            Channel.PARTNER if row.engagement_id is not None else row.channel, row.organisation.locale
        ),
        amount_minor=amount_minor,
        on=today,
        by=by,
    )
    row.opportunity = made
    row.version += 1
    row.save()
    audit.record(by=by, verb="meeting.open", obj=row, detail={"opportunity": str(made.pk)})
    return made
