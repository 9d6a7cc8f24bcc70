"""Days as moments, in the organisation's time zone."""

from datetime import date, datetime, time, timedelta

from django.utils import timezone


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
