"""Forms of fit-outs; those of a step are called after it."""

from fitout.forms.application import ContractorForm, FitoutForm
from fitout.forms.facts import CommentsForm, FireReceiptForm, HandbookForm, InsuranceForm, OwnExtinguishersForm, ProtectionForm
from fitout.forms.site import (
    BreachCorrectAtOnceForm,
    BreachFailRecheckForm,
    BreachForm,
    BreachGiveNoticeForm,
    BreachReportCorrectedForm,
    FitoutStopWorkForm,
    PenaltyForm,
    ProgressForm,
)
from fitout.forms.steps import FitoutApplyCompletionForm, FitoutInspectAgainForm, PermitExtendForm

__all__ = [
    "BreachCorrectAtOnceForm",
    "BreachFailRecheckForm",
    "BreachForm",
    "BreachGiveNoticeForm",
    "BreachReportCorrectedForm",
    "CommentsForm",
    "ContractorForm",
    "FireReceiptForm",
    "FitoutApplyCompletionForm",
    "FitoutForm",
    "FitoutInspectAgainForm",
    "FitoutStopWorkForm",
    "HandbookForm",
    "InsuranceForm",
    "OwnExtinguishersForm",
    "PenaltyForm",
    "PermitExtendForm",
    "ProgressForm",
    "ProtectionForm",
]
