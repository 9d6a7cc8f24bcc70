"""The trail of which personal data a partner looked at."""

from collections.abc import Iterable

from prospecting.models import Contact, Disclosure
from tenants.models import Membership

PAGE, EXPORT = "page", "export"


def note(*, contacts: Iterable[Contact], to: Membership, what: str = PAGE) -> None:
    """Write down that this partner was shown these people; every view of a partner that shows a contact calls it.

    One statement, whatever their number. Contacts without an engagement are the house's and were not shown to a partner.
    """
    Disclosure.objects.bulk_create(
        [
            Disclosure(
                membership_id=to.id, engagement_id=contact.engagement_id, contact_id=contact.id, what=what
            )
            for contact in contacts
            if contact.engagement_id is not None
        ]
    )
