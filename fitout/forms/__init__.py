"""Forms of fit-outs; those of a step are called after it."""

from fitout.forms.application import ContractorForm, FitoutForm
from fitout.forms.extinguishers import HireForm, HireReturnForm
from fitout.forms.facts import CommentsForm, FireReceiptForm, OwnExtinguishersForm, ProtectionForm
from fitout.forms.inspections import ConcealedWorksBookForm
from fitout.forms.money import AgreedDepositForm, FeesForm, HandbookForm, InsuranceForm
from fitout.forms.papers import PAPER_FORMS, MaterialForm
from fitout.forms.passes import (
    RevealForm,
    WorkerLinesForm,
    WorkerPassForm,
    WorkerPassMakeForm,
    WorkerPassRenewForm,
    WorkerPassShowReceiptForm,
)
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
from fitout.forms.site_permits import HeightPermitBeginForm, HeightPermitForm, HotWorkForm, HotWorkPermitBeginForm, WeatherForm
from fitout.forms.steps import FitoutApplyCompletionForm, FitoutInspectAgainForm, PermitExtendForm
from fitout.forms.terms import FitoutTermsForm

__all__ = [
    "PAPER_FORMS",
    "AgreedDepositForm",
    "BreachCorrectAtOnceForm",
    "BreachFailRecheckForm",
    "BreachForm",
    "BreachGiveNoticeForm",
    "BreachReportCorrectedForm",
    "CommentsForm",
    "ConcealedWorksBookForm",
    "ContractorForm",
    "FeesForm",
    "FireReceiptForm",
    "FitoutApplyCompletionForm",
    "FitoutForm",
    "FitoutInspectAgainForm",
    "FitoutStopWorkForm",
    "FitoutTermsForm",
    "HandbookForm",
    "HeightPermitBeginForm",
    "HeightPermitForm",
    "HireForm",
    "HireReturnForm",
    "HotWorkForm",
    "HotWorkPermitBeginForm",
    "InsuranceForm",
    "MaterialForm",
    "OwnExtinguishersForm",
    "PenaltyForm",
    "PermitExtendForm",
    "ProgressForm",
    "ProtectionForm",
    "RevealForm",
    "WeatherForm",
    "WorkerLinesForm",
    "WorkerPassForm",
    "WorkerPassMakeForm",
    "WorkerPassRenewForm",
    "WorkerPassShowReceiptForm",
]
