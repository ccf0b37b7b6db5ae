"""Forms of fit-outs; those of a step are called after it."""

from fitout.forms.application import ContractorForm, FitoutForm
from fitout.forms.facts import CommentsForm, FireReceiptForm, HandbookForm, InsuranceForm, OwnExtinguishersForm, ProtectionForm
from fitout.forms.inspections import ConcealedWorksBookForm
from fitout.forms.steps import FitoutApplyCompletionForm, FitoutInspectAgainForm, PermitExtendForm

__all__ = [
    "CommentsForm",
    "ConcealedWorksBookForm",
    "ContractorForm",
    "FireReceiptForm",
    "FitoutApplyCompletionForm",
    "FitoutForm",
    "FitoutInspectAgainForm",
    "HandbookForm",
    "InsuranceForm",
    "OwnExtinguishersForm",
    "PermitExtendForm",
    "ProtectionForm",
]
