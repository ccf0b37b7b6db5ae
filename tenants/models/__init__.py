"""Nouns of the tenant file and of moving in."""

from tenants.models.correspondence import Breach, Circular, CircularDelivery, Correspondence
from tenants.models.directory import CustomerCard, DirectoryLine, DirectoryOrder, GoodsMove
from tenants.models.file import FileCategory, FileItem, FilePart, FileUse
from tenants.models.handbook import FacilityBriefing, HandbookText
from tenants.models.merging import TenantMerge
from tenants.models.move_in import (
    AgreementText,
    Baseline,
    Defect,
    DefectPhoto,
    EquipmentCheck,
    HandbookIssue,
    KeyReceipt,
    MoveIn,
    MoveInUnit,
)
from tenants.models.tenant import Contact, Lease, Tenant, TenantPerson

__all__ = [
    "AgreementText",
    "Baseline",
    "Breach",
    "Circular",
    "CircularDelivery",
    "Contact",
    "Correspondence",
    "CustomerCard",
    "Defect",
    "DefectPhoto",
    "DirectoryLine",
    "DirectoryOrder",
    "EquipmentCheck",
    "FacilityBriefing",
    "FileCategory",
    "FileItem",
    "FilePart",
    "FileUse",
    "GoodsMove",
    "HandbookIssue",
    "HandbookText",
    "KeyReceipt",
    "Lease",
    "MoveIn",
    "MoveInUnit",
    "Tenant",
    "TenantMerge",
    "TenantPerson",
]
