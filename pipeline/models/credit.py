"""Who is credited with a deal that several people made."""

from django.db import models
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from pipeline.models.opportunities import Opportunity
from tenants.models import TenantForeignKey, TenantModel


class CreditShare(TenantModel):
    """A part of a deal's amount, in somebody's credit; never changed, never deleted.

    The shares of one agreement carry its number, and add up to 1. In force are those of the latest agreement: an earlier
    run can be worked out again with what was agreed by then. `person` null is the owner, whoever that is on the day of
    the win. A deal without shares is its owner's.
    """

    opportunity = TenantForeignKey(Opportunity, on_delete=models.PROTECT, related_name="credit_shares")
    number = models.PositiveIntegerField(default=1)  # of the agreement: 1, 2, 3… for this deal
    event_id = models.UUIDField()  # of the OpportunityEvent that recorded it, changed="credit"
    person = TenantForeignKey(
        "tenants.Person", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    share = models.DecimalField(_("share"), max_digits=7, decimal_places=6)
    recorded_at = models.DateTimeField(db_default=Now(), editable=False)
    recorded_xact = models.BigIntegerField(
        db_default=RawSQL("pg_current_xact_id()::text::bigint", []), editable=False
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "opportunity", "event_id", "person"],
                name="credit_share_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(share__gt=0) & Q(share__lte=1), name="credit_share_is_a_share"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.share}"
