"""An opportunity that begins here, not in a file: its row and its first event, in one step."""

from datetime import date
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from pipeline.models import Opportunity, OpportunityEvent, Stage
from tenants.access import Actor
from tenants.actions import audit


def begin(
    *,
    external_id: str,
    name: str,
    company_id: UUID,
    on: date,
    by: Actor,
    owner_id: UUID | None = None,
    team_id: UUID | None = None,
    segment: str = "",
    channel: str = "",
    amount_minor: int | None = None,
) -> Opportunity:
    """Put an opportunity into the first stage; the one of this `external_id` when there is one already.

    What may begin one (a meeting that was accepted, a lead) checks the permission; `channel` is where it came from.
    Raises ValidationError for an organisation without stages.
    """
    known: Opportunity | None = Opportunity.objects.filter(external_id=external_id).first()
    if known is not None:
        return known
    first = Stage.objects.filter(kind=Stage.Kind.OPEN).order_by("position").first()
    if first is None:
        raise ValidationError(_("Name the stages of the pipeline first, in the settings."))
    made: Opportunity = Opportunity.objects.create(
        external_id=external_id,
        name=name[:255],
        company_id=company_id,
        owner_id=owner_id,
        team_id=team_id,
        stage=first,
        segment=segment,
        channel=channel,
        amount_minor=amount_minor,
        created_on=on,
    )
    OpportunityEvent.objects.create(
        opportunity=made,
        kind=OpportunityEvent.Kind.STAGE,
        occurred_on=on,
        source=OpportunityEvent.Source.MANUAL,
        actor_id=by.id,
        stage=first,
        owner_id=owner_id,
        team_id=team_id,
        amount_minor=amount_minor,
    )
    audit.record(by=by, verb="opportunity.begin", obj=made)
    return made
