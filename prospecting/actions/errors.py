"""What the actions of this app answer when somebody else was quicker."""

from dataclasses import dataclass

from django.db import models


@dataclass
class StaleVersion(Exception):
    """The row was changed by somebody else since it was read. Nothing was written.

    current: the row as it is now.
    """

    current: models.Model


def refuse_stale(row: models.Model, version: int | None) -> None:
    """Raise StaleVersion unless `row` (read under a lock) is still at `version`; None asks for no version at all."""
    if version is not None and row.version != version:  # type: ignore[attr-defined]
        raise StaleVersion(row)
