"""The lives of complaints, measures and compensations, one table each."""

from complaints.flow.compensation import COMPENSATION_FLOW
from complaints.flow.complaint import COMPLAINT_FLOW
from complaints.flow.measures import MEASURE_FLOW

__all__ = ["COMPENSATION_FLOW", "COMPLAINT_FLOW", "MEASURE_FLOW"]
