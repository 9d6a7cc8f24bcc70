"""From the headers of a file to the fields that they mean, and to the system that wrote them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pipeline.domain.importing.fields import ENTERED_AT, Kind
from pipeline.domain.importing.keys import normalise_key
from pipeline.domain.importing.kinds import KINDS

KNOWN, LIKELY = 1.0, 0.6  # confidence: a header that is listed; one that shares a stem with a stage
MIN_SHARE = 0.25  # of the headers to be recognised before a kind is guessed


class Source(StrEnum):
    HUBSPOT = "hubspot"
    SALESFORCE = "salesforce"
    PIPEDRIVE = "pipedrive"


# Headers that give a system away, and how many of them must be there.
_SIGNATURES = (
    (
        Source.HUBSPOT,
        "Record ID|Deal Name|Deal Stage|Deal owner|Create Date|Last Activity Date|hs_object_id|"
        "Phase de la transaction|Nom de la transaction|Propriétaire de la transaction",
    ),
    (
        Source.SALESFORCE,
        "OpportunityId|StageName|Opportunity Owner|Opportunity Name|ExpectedRevenue|Forecast Category|"
        "PrevAmount|PrevCloseDate|CreatedById|AccountId|Total Amount Currency|CurrencyIsoCode|"
        "Propriétaire de l'opportunité|Nom de l'opportunité",
    ),
)
_SIGNATURE_NEEDED = 2
_PIPEDRIVE = re.compile(r"\s*(?:deal|affaire)\s+-\s+(?P<rest>\S.*)", re.IGNORECASE)
# Salesforce's history has the columns of an opportunity too; these are only its own.
_SALESFORCE_HISTORY = frozenset({"opportunityid", "stagename", "createddate"})
_SALESFORCE_HISTORY_ONLY = frozenset({"prevamount", "prevclosedate", "createdbyid"})

_DATE_ENTERED = re.compile(
    r"\s*(?:date\s+entered|date\s+d['’]entr[ée]e\s+(?:dans|en)(?:\s+l['’][ée]tape)?)"
    r"\s+[\"“«]?\s*(?P<stage>[^\"“”«»]+?)\s*[\"”»]?\s*",
    re.IGNORECASE,
)
_PIPELINE_SUFFIX = re.compile(r"\s*\([^()]*\)$")
_DATE_WORDS = frozenset(
    {"date", "on", "at", "day", "time", "entered", "since", "le", "du", "de", "d", "jour", "depuis", "entree"}
)
_COMMON_STEM = 4  # letters


@dataclass(frozen=True)
class Match:
    """What a header was taken for: a field key with a confidence from 0 to 1, or None."""

    header: str
    field: str | None
    confidence: float


def recognise_source(headers: Iterable[str]) -> Source | None:
    """The system whose export has these headers, when they give it away."""
    names = list(headers)
    if sum(bool(_PIPEDRIVE.fullmatch(name)) for name in names) >= 2:
        return Source.PIPEDRIVE
    keys = {normalise_key(name) for name in names}
    for source, signature in _SIGNATURES:
        if len(keys.intersection(map(normalise_key, signature.split("|")))) >= _SIGNATURE_NEEDED:
            return source
    return None


def guess_kind(headers: Sequence[str]) -> Kind | None:
    """The kind of file whose fields cover most of the headers, all required ones among them."""
    keys = {normalise_key(header) for header in headers}
    if keys >= _SALESFORCE_HISTORY and keys & _SALESFORCE_HISTORY_ONLY:
        return KINDS["history"]
    best, best_count = None, 0
    for kind in KINDS.values():
        fields = {match.field for match in match_headers(headers, kind) if match.field}
        complete = fields.issuperset(kind.required) and (
            not kind.one_of or not fields.isdisjoint(kind.one_of)
        )
        enough = len(fields) >= max(2, MIN_SHARE * len(headers))
        if complete and enough and len(fields) > best_count:
            best, best_count = kind, len(fields)
    return best


def match_headers(headers: Sequence[str], kind: Kind, stages: Mapping[str, str] | None = None) -> list[Match]:
    """One Match per header, in order. `stages`: the organisation's stage names → open, won or lost.

    Two headers of one field: the preferred one is taken, the other left out.
    """
    stages = stages or {}
    candidates: dict[str, tuple[str, float, int]] = {}
    for position, header in enumerate(headers):
        field, confidence, rank = _match_header(header, kind, stages)
        if field:
            candidates[header] = (field, confidence, rank * len(headers) + position)
    chosen: dict[str, str] = {}
    for header, (field, confidence, rank) in candidates.items():
        held = chosen.get(field)
        if held is None or (-confidence, rank) < (-candidates[held][1], candidates[held][2]):
            chosen[field] = header
    return [
        Match(header, candidates[header][0], candidates[header][1])
        if header in candidates and chosen[candidates[header][0]] == header
        else Match(header, None, 0.0)
        for header in headers
    ]


def _match_header(header: str, kind: Kind, stages: Mapping[str, str]) -> tuple[str | None, float, int]:
    """Field, confidence and rank among the headers of that field."""
    prefixed = _PIPEDRIVE.fullmatch(header)
    for name in (header, prefixed["rest"]) if prefixed else (header,):
        if found := kind.by_header.get(normalise_key(name)):
            return found[0].key, KNOWN, found[1]
    if kind.staged:
        if entered := _DATE_ENTERED.fullmatch(header):
            stage = _stage_of(entered["stage"], stages)
            return (ENTERED_AT + stage, KNOWN, 0) if stage else (None, 0.0, 0)
        if (stage := _stage_with_stem(header, stages)) is not None:
            outcome = {"won": "won_on", "lost": "lost_on"}.get(stages[stage])
            return outcome or ENTERED_AT + stage, LIKELY, len(kind.by_header)
    return None, 0.0, 0


def _stage_of(text: str, stages: Mapping[str, str]) -> str | None:
    """The organisation's stage in `<Stage>` or `<Stage> (<Pipeline>)`; the text when none are given."""
    short = _PIPELINE_SUFFIX.sub("", text) or text
    if not stages:
        return short
    by_key = {normalise_key(stage): stage for stage in stages}
    return by_key.get(normalise_key(text)) or by_key.get(normalise_key(short))


def _stage_with_stem(header: str, stages: Mapping[str, str]) -> str | None:
    """The stage that a dated header is about: "engage_date" → "Engaging". None when none or several are."""
    words = [normalise_key(word) for word in re.split(r"[\W_]+", header)]
    kept = [word for word in words if word and word not in _DATE_WORDS]
    if not kept or len(kept) == len([word for word in words if word]):
        return None  # no word of a date in it
    about = "".join(kept)
    alike = [stage for stage in stages if _share_stem(about, normalise_key(stage))]
    return alike[0] if len(alike) == 1 else None


def _share_stem(one: str, other: str) -> bool:
    """Equal, or alike for at least four letters and up to the last two of the shorter one."""
    if one == other:
        return True
    common = next(
        (index for index, (a, b) in enumerate(zip(one, other, strict=False)) if a != b),
        min(len(one), len(other)),
    )
    return common >= max(_COMMON_STEM, min(len(one), len(other)) - 2)
