"""What requests, steps and the work on site ask."""

from repairs.forms.bookings import BookingForm
from repairs.forms.order import ChangeForm, OrderForm
from repairs.forms.steps import (
    WorkOrderCalledBackForm,
    WorkOrderCalledBackNotSatisfiedForm,
    WorkOrderCanBeDoneForm,
    WorkOrderDeclineForm,
    WorkOrderDispatchForm,
    WorkOrderPauseForm,
    WorkOrderQuoteForm,
    WorkOrderReassignForm,
)
from repairs.forms.work import FindingsForm, ItemForm, LineForm, MaterialForm, PhotoForm, SkillsForm

__all__ = [
    "BookingForm",
    "ChangeForm",
    "FindingsForm",
    "ItemForm",
    "LineForm",
    "MaterialForm",
    "OrderForm",
    "PhotoForm",
    "SkillsForm",
    "WorkOrderCalledBackForm",
    "WorkOrderCalledBackNotSatisfiedForm",
    "WorkOrderCanBeDoneForm",
    "WorkOrderDeclineForm",
    "WorkOrderDispatchForm",
    "WorkOrderPauseForm",
    "WorkOrderQuoteForm",
    "WorkOrderReassignForm",
]
