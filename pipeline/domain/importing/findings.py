"""What only the database tells about a row or a file: codes and texts, beside those of `errors`."""

from collections.abc import Callable, Mapping
from typing import Any

from pipeline.domain.importing.errors import ERROR_CODES, gettext_noop

ROW_FINDINGS = {
    "unknown_stage": gettext_noop("“{value}” is not a stage of the organisation. Its stages: {stages}."),
    "unknown_owner": gettext_noop("“{value}” is nobody here, and creating people was not allowed."),
    "unknown_team": gettext_noop("“{value}” is not a team, and creating teams was not allowed."),
    "unknown_company": gettext_noop(
        "“{value}” is not a company here, and creating companies was not allowed."
    ),
    "unknown_product": gettext_noop("“{value}” is not a product, and creating products was not allowed."),
    "unknown_opportunity": gettext_noop(
        "“{value}” is not an opportunity here. Import the opportunities before their history."
    ),
    "name_taken": gettext_noop("“{value}” is the name of the company {identifier} already."),
    "other_manager": gettext_noop("Row {first_row} names another manager of “{team}” than “{value}”."),
    "other_parent": gettext_noop("Row {first_row} puts “{team}” under another team than “{value}”."),
}

NOTE_FINDINGS = {
    "created_is_second_stage": gettext_noop(
        "“{header}” is empty on every row in “{first}”: it was read as the entry into “{second}”."
    ),
    "history_repeats": gettext_noop("Rows that repeat what is known, added once: {count}."),
    "history_skips": gettext_noop("Stages skipped, counted as passed on the day of the skip: {count}."),
    "history_steps_back": gettext_noop(
        "Steps back to an earlier stage, not counted as a second entry: {count}."
    ),
    "history_after_close": gettext_noop("Rows after the close, kept and left out of the figures: {count}."),
    "history_out_of_order": gettext_noop("Rows out of order, sorted by date: {count}."),
    "present_moved": gettext_noop("Opportunities whose present stage follows the history: {count}."),
    "team_loops": gettext_noop("Parent teams left out because they would close a circle: {count}."),
    "teams_backfilled": gettext_noop("Opportunities without a team, which take their owner's: {count}."),
}

ALL_CODES = ERROR_CODES | ROW_FINDINGS | NOTE_FINDINGS


def sentence(code: str, params: Mapping[str, Any], translate: Callable[[str], str] = gettext_noop) -> str:
    """The sentence of any code for a reader; `translate` is the caller's gettext."""
    return translate(ALL_CODES[code]).format_map(params)
