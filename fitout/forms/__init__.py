"""Forms of fit-outs; those of a step are called after it."""

from fitout.forms.application import ContractorForm, FitoutForm
from fitout.forms.facts import CommentsForm, FireReceiptForm, OwnExtinguishersForm, ProtectionForm
from fitout.forms.inspections import ConcealedWorksBookForm
from fitout.forms.money import AgreedDepositForm, FeesForm, HandbookForm, InsuranceForm
from fitout.forms.papers import PAPER_FORMS, MaterialForm
from fitout.forms.steps import FitoutApplyCompletionForm, FitoutInspectAgainForm, PermitExtendForm
from fitout.forms.terms import FitoutTermsForm

__all__ = [
    "PAPER_FORMS",
    "AgreedDepositForm",
    "CommentsForm",
    "ConcealedWorksBookForm",
    "ContractorForm",
    "FeesForm",
    "FireReceiptForm",
    "FitoutApplyCompletionForm",
    "FitoutForm",
    "FitoutInspectAgainForm",
    "FitoutTermsForm",
    "HandbookForm",
    "InsuranceForm",
    "MaterialForm",
    "OwnExtinguishersForm",
    "PermitExtendForm",
    "ProtectionForm",
]
