"""What complaints, their steps, measures and compensations ask."""

from complaints.forms.complaint import (
    ComplaintAssignAgainForm,
    ComplaintAssignForm,
    ComplaintChangeForm,
    ComplaintExplainForm,
    ComplaintForm,
    ComplaintHoldReviewForm,
    ComplaintNotSatisfiedForm,
    ComplaintReportResultForm,
    ComplaintSatisfiedForm,
    ComplaintStartCheckForm,
    MaliciousForm,
)
from complaints.forms.work import (
    CompensationForm,
    CompensationGiveForm,
    KeeperForm,
    MeasureForm,
    MeasureReportDoneForm,
    PreventionForm,
)

__all__ = [
    "CompensationForm",
    "CompensationGiveForm",
    "ComplaintAssignAgainForm",
    "ComplaintAssignForm",
    "ComplaintChangeForm",
    "ComplaintExplainForm",
    "ComplaintForm",
    "ComplaintHoldReviewForm",
    "ComplaintNotSatisfiedForm",
    "ComplaintReportResultForm",
    "ComplaintSatisfiedForm",
    "ComplaintStartCheckForm",
    "KeeperForm",
    "MaliciousForm",
    "MeasureForm",
    "MeasureReportDoneForm",
    "PreventionForm",
]
