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
from tenants.forms.defects import DefectAcceptForm, DefectForm, DefectMendForm, DefectPhotosForm, DefectPlanForm
from tenants.forms.directory import CardForm, DirectoryOrderForm, DirectoryOrderMakeForm, GoodsMoveForm
from tenants.forms.file import DocumentForm, FileItemSortForm, PartForm, UseForm
from tenants.forms.handover import (
    EquipmentForm,
    HandbooksForm,
    KeysForm,
    MeterForm,
    ParkingForm,
    RegistrationForm,
    SignatureForm,
    VisitorForm,
)
from tenants.forms.move_in import BriefingForm, MoveInBookForm, MoveInForm, MoveInRebookForm
from tenants.forms.tenant import ContactForm, LeaseForm, PassForm, PersonForm, RevealForm, TenantForm, TerminationForm, VoidForm

__all__ = [
    "BreachCloseForm",
    "BreachForm",
    "BreachWarnForm",
    "BriefingForm",
    "CardForm",
    "CircularForm",
    "ContactForm",
    "CorrespondenceAnswerForm",
    "CorrespondenceDeliverForm",
    "CorrespondenceForm",
    "CorrespondenceForwardForm",
    "DefectAcceptForm",
    "DefectForm",
    "DefectMendForm",
    "DefectPhotosForm",
    "DefectPlanForm",
    "DeliveryForm",
    "DirectoryOrderForm",
    "DirectoryOrderMakeForm",
    "DocumentForm",
    "EquipmentForm",
    "FileItemSortForm",
    "GoodsMoveForm",
    "HandbooksForm",
    "KeysForm",
    "LeaseForm",
    "MeterForm",
    "MoveInBookForm",
    "MoveInForm",
    "MoveInRebookForm",
    "ParkingForm",
    "PartForm",
    "PassForm",
    "PersonForm",
    "RegistrationForm",
    "RevealForm",
    "SignatureForm",
    "TenantForm",
    "TerminationForm",
    "UseForm",
    "VisitorForm",
    "VoidForm",
]
