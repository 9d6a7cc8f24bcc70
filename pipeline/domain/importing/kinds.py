"""Every kind of file that can be imported: those of the pipeline, and those that an application above has registered.

See `pipeline.actions.importing.register` and docs/adr/0009.
"""

from pipeline.domain.importing.deal_kinds import HISTORY, OPPORTUNITIES
from pipeline.domain.importing.directory_kinds import COMPANIES, PRODUCTS, TEAMS
from pipeline.domain.importing.fields import Kind

KINDS: dict[str, Kind] = {kind.key: kind for kind in (OPPORTUNITIES, HISTORY, COMPANIES, PRODUCTS, TEAMS)}
