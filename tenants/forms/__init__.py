"""What the pages of the tenant file ask. The names `<Model><Step>Form` are found by the shared step page."""

from tenants.forms.correspondence import (
    BreachCloseForm,
    BreachForm,
    BreachWarnForm,
    CircularForm,
    CorrespondenceAnswerForm,
    CorrespondenceDeliverForm,
    CorrespondenceForm,
    CorrespondenceForwardForm,
    DeliveryForm,
)
from tenants.forms.directory import CardForm, DirectoryOrderForm, DirectoryOrderMakeForm, GoodsMoveForm
from tenants.forms.file import DocumentForm, FileItemSortForm, PartForm, UseForm
from tenants.forms.tenant import ContactForm, LeaseForm, PassForm, PersonForm, RevealForm, TenantForm, TerminationForm, VoidForm

__all__ = [
    "BreachCloseForm",
    "BreachForm",
    "BreachWarnForm",
    "CardForm",
    "CircularForm",
    "ContactForm",
    "CorrespondenceAnswerForm",
    "CorrespondenceDeliverForm",
    "CorrespondenceForm",
    "CorrespondenceForwardForm",
    "DeliveryForm",
    "DirectoryOrderForm",
    "DirectoryOrderMakeForm",
    "DocumentForm",
    "FileItemSortForm",
    "GoodsMoveForm",
    "LeaseForm",
    "PartForm",
    "PassForm",
    "PersonForm",
    "RevealForm",
    "TenantForm",
    "TerminationForm",
    "UseForm",
    "VoidForm",
]
