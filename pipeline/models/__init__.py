from pipeline.models.catalogue import Company, Product, Stage
from pipeline.models.imports import ImportRun, RefusedRow
from pipeline.models.opportunities import Opportunity, OpportunityEvent

__all__ = ["Company", "ImportRun", "Opportunity", "OpportunityEvent", "Product", "RefusedRow", "Stage"]
