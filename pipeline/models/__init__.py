from pipeline.models.catalogue import Company, Product, Stage
from pipeline.models.credit import CreditShare
from pipeline.models.imports import ImportRun, RefusedRow
from pipeline.models.opportunities import Opportunity, OpportunityEvent
from pipeline.models.passages import Close, Frontier, OpenDeal, StageScope, StageStay

__all__ = [
    "Close",
    "Company",
    "CreditShare",
    "Frontier",
    "ImportRun",
    "OpenDeal",
    "Opportunity",
    "OpportunityEvent",
    "Product",
    "RefusedRow",
    "Stage",
    "StageScope",
    "StageStay",
]
