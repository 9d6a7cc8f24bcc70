"""Every kind of file that can be imported."""

from pipeline.domain.importing.deal_kinds import HISTORY, OPPORTUNITIES
from pipeline.domain.importing.directory_kinds import COMPANIES, PRODUCTS, TEAMS
from pipeline.domain.importing.fields import Kind

KINDS: dict[str, Kind] = {kind.key: kind for kind in (OPPORTUNITIES, HISTORY, COMPANIES, PRODUCTS, TEAMS)}
