"""The table of the rows behind a cause: which columns its rule speaks of, and each row in the reader's figures."""

from collections.abc import Sequence
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from objectives.domain.catalogue import Unit
from prospecting.models.people import CHANNELS
from reporting.models import CauseResult
from reporting.queries.cause_rows import Row
from reporting.views.asked import address, deal_address
from reporting.views.figures import Writer
from tenants.access import TenantRequest

OWNER = ("owner", gettext_lazy("Salesperson"), False)
COMPANY = ("company", gettext_lazy("Company"), False)
AMOUNT = ("amount", gettext_lazy("Amount"), True)
STAGE = ("stage", gettext_lazy("Stage"), False)
CLOSED = ("day", gettext_lazy("Closed"), False)
CONTACTED = ("day", gettext_lazy("First contact"), False)
CHANNEL = ("channel", gettext_lazy("Channel"), False)

# After the name: key, heading, whether it is a figure.
COLUMNS: dict[str, Sequence[tuple[str, Promise, bool]]] = {
    "off_target_share": (OWNER, CONTACTED, CHANNEL, ("number", gettext_lazy("Number"), True)),
    "contact_rate": (OWNER, CONTACTED, CHANNEL, ("number", gettext_lazy("Number"), True), ("other_day", gettext_lazy("Meeting"), False)),
    "acceptance_rate": (OWNER, ("day", gettext_lazy("Held"), False), ("text", gettext_lazy("Reason"), False)),
    "segment_mix": (("text", gettext_lazy("Segment"), False), STAGE, OWNER, CLOSED, AMOUNT),
    "first_stage_loss": (COMPANY, OWNER, CLOSED, AMOUNT, ("text", gettext_lazy("Reason"), False)),
    "silent_deals": (
        COMPANY, OWNER, STAGE, ("day", gettext_lazy("Last sign of life"), False),
        ("days", gettext_lazy("Silent for"), True), AMOUNT,
    ),
    "slipped_closes": (
        COMPANY, OWNER, STAGE, ("day", gettext_lazy("First expected"), False),
        ("other_day", gettext_lazy("Expected now"), False), ("number", gettext_lazy("Put off (times)"), True), AMOUNT,
    ),
    "effort_on_small": (
        COMPANY, OWNER, STAGE, AMOUNT, ("other", gettext_lazy("Expected value"), True),
        ("number", gettext_lazy("Activities"), True),
    ),
    "load": (OWNER, COMPANY, STAGE, ("day", gettext_lazy("In it since"), False), AMOUNT),
    "activity_load": (
        OWNER, ("day", gettext_lazy("Day"), False), ("channel", gettext_lazy("Channel"), False),
        ("number", gettext_lazy("Activities"), True),
    ),
    "average_value": (COMPANY, OWNER, CLOSED, AMOUNT),
    "discount": (COMPANY, OWNER, CLOSED, ("other", gettext_lazy("List price"), True), AMOUNT, ("under", gettext_lazy("Discount"), True)),
    "margin_rate": (COMPANY, OWNER, CLOSED, AMOUNT, ("other", gettext_lazy("Margin"), True), ("part", gettext_lazy("Margin rate"), True)),
}  # fmt: skip


def columns(rule: str) -> list[dict[str, Any]]:
    return [{"label": label, "numeric": numeric} for _key, label, numeric in COLUMNS[rule]]


def lines(
    request: TenantRequest, cause: CauseResult, rows: Sequence[Row], writer: Writer
) -> list[dict[str, Any]]:
    """Each row: name, url ("" where nothing can be opened) and its cells."""
    return [
        {
            "name": row.name or _("no company named"),
            "url": _url(request, row),
            "cells": [
                {"label": label, "numeric": numeric, "text": _cell(key, row, writer)}
                for key, label, numeric in COLUMNS[cause.rule]
            ],
        }
        for row in rows
    ]


def _url(request: TenantRequest, row: Row) -> str:
    if row.opportunity_id is not None:
        return deal_address(request, row.opportunity_id)
    slug = request.organisation.slug
    return address(slug, "prospecting:meeting", meeting=row.meeting_id) if row.meeting_id is not None else ""


def _cell(key: str, row: Row, writer: Writer) -> str:
    amount, other = row.amount_minor, row.other_minor
    match key:
        case "day" | "other_day":
            return writer.day(getattr(row, key))
        case "amount" | "other":
            return writer.figure(amount if key == "amount" else other, Unit.MONEY)
        case "channel":
            return str(dict(CHANNELS).get(row.text, row.text))
        case "number":
            return writer.number(row.number)
        case "days":
            return writer.days(row.number)
        case "under":
            return writer.percent(1 - amount / other if amount is not None and other else None)
        case "part":
            return writer.percent(other / amount if other is not None and amount else None)
    return str(getattr(row, key)) or "–"
