"""Read models of the personal data pages."""

from datetime import date, timedelta

from django.db.models import Q

from prospecting.models import Contact

ROWS = 50
SOON = timedelta(days=60)


def search(text: str, *, today: date) -> list[Contact]:
    """People of this name, address or phone; without a text, those who are erased soonest. At most ROWS, one query."""
    rows = Contact.objects.filter(erased_at=None, merged_into=None).select_related("company")
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text) | Q(phone__icontains=text))
        return list(rows.order_by("name", "id")[:ROWS])
    return list(rows.filter(keep_until__lt=today + SOON).order_by("keep_until", "id")[:ROWS])
