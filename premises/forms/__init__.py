"""What the pages of the premises ask."""

from premises.forms.buildings import BuildingForm, FloorForm, MergeForm, PublicAreaForm, UnitForm
from premises.forms.equipment import EquipmentListForm, ExtinguisherForm, ExtinguisherRentForm, ParkingSpaceForm, ParkingSpaceRentForm
from premises.forms.keys import KeyCountForm, KeyForm, KeyIssueForm, KeyTakeBackForm, LoanSignForm
from premises.forms.meters import MeterForm, ReadingForm, ReplaceMeterForm, RouteForm

__all__ = [
    "BuildingForm",
    "EquipmentListForm",
    "ExtinguisherForm",
    "ExtinguisherRentForm",
    "FloorForm",
    "KeyCountForm",
    "KeyForm",
    "KeyIssueForm",
    "KeyTakeBackForm",
    "LoanSignForm",
    "MergeForm",
    "MeterForm",
    "ParkingSpaceForm",
    "ParkingSpaceRentForm",
    "PublicAreaForm",
    "ReadingForm",
    "ReplaceMeterForm",
    "RouteForm",
    "UnitForm",
]
