"""How long a prospect's personal data is kept."""

from datetime import date
from typing import Final

# After the last contact; what the French authority (CNIL) recommends for prospects. docs/personal-data.md says more.
KEPT_YEARS: Final = 3


def keep_until(last_contact: date) -> date:
    """The last day on which the data of somebody who was last contacted on that day is kept."""
    try:
        return last_contact.replace(year=last_contact.year + KEPT_YEARS)
    except ValueError:  # 29 February
        return last_contact.replace(year=last_contact.year + KEPT_YEARS, day=28)
