"""Forms of fit-outs; those of a step are called after it."""

from fitout.forms.application import ContractorForm, FitoutForm
from fitout.forms.extinguishers import HireForm, HireReturnForm
from fitout.forms.facts import CommentsForm, FireReceiptForm, HandbookForm, InsuranceForm, OwnExtinguishersForm, ProtectionForm
from fitout.forms.passes import (
    RevealForm,
    WorkerLinesForm,
    WorkerPassForm,
    WorkerPassMakeForm,
    WorkerPassRenewForm,
    WorkerPassShowReceiptForm,
)
from fitout.forms.site_permits import HeightPermitBeginForm, HeightPermitForm, HotWorkForm, HotWorkPermitBeginForm, WeatherForm
from fitout.forms.steps import FitoutApplyCompletionForm, FitoutInspectAgainForm, PermitExtendForm

__all__ = [
    "CommentsForm",
    "ContractorForm",
    "FireReceiptForm",
    "FitoutApplyCompletionForm",
    "FitoutForm",
    "FitoutInspectAgainForm",
    "HandbookForm",
    "HeightPermitBeginForm",
    "HeightPermitForm",
    "HireForm",
    "HireReturnForm",
    "HotWorkForm",
    "HotWorkPermitBeginForm",
    "InsuranceForm",
    "OwnExtinguishersForm",
    "PermitExtendForm",
    "ProtectionForm",
    "RevealForm",
    "WeatherForm",
    "WorkerLinesForm",
    "WorkerPassForm",
    "WorkerPassMakeForm",
    "WorkerPassRenewForm",
    "WorkerPassShowReceiptForm",
]
