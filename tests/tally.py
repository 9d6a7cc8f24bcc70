"""What the whole run has counted, written at its end: figures that must not fall silently."""

from __future__ import annotations

from typing import Any

LINES = {
    "isolation": "isolation: {isolation} combinations, {isolation_leaks} leaks",
    "mutants": "mutants: {mutants_killed} of {mutants} killed",
    "fault_operations": "faults: {fault_operations} operations, {fault_kills} connections killed, "
    "{fault_wrong} wrong rows (leaking control: {fault_control})",
    "worker_kills": "killed workers: {worker_kills}, effects lost or doubled: {worker_wrong}",
    "idempotent_posts": "idempotent requests: {idempotent_posts} posts, {idempotent_effects} effects of {idempotent_expected}",
    "journey_clicks": "from an empty organisation to the gap by stage: {journey_clicks} clicks",
    "pages_checked": "accessibility: {pages_checked} pages of {page_roles} roles, {pages_shown} of them shown, {page_faults} violations",
    "query_plans": "query plans: {query_plans} queries, {query_scans} sequential scans of tenant data",
}


def totals(reports: list[Any]) -> dict[str, int]:
    """The sum of every counted property over the tests' reports; reports of xdist's workers carry them too."""
    sums: dict[str, int] = {}
    for report in reports:
        for name, value in getattr(report, "user_properties", []):
            if isinstance(value, int):
                sums[name] = sums.get(name, 0) + value
    return sums


def lines(reports: list[Any]) -> list[str]:
    found = totals(reports)
    known = {key: found.get(key, 0) for text in LINES.values() for key in _keys(text)}
    return [text.format(**known) for first, text in LINES.items() if first in found]


def _keys(text: str) -> list[str]:
    return [part.split("}")[0] for part in text.split("{")[1:]]
