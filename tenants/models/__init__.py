"""Nouns of the tenant file and of moving in."""

from tenants.models.correspondence import Breach, Circular, CircularDelivery, Correspondence
from tenants.models.directory import CustomerCard, DirectoryLine, DirectoryOrder, GoodsMove
from tenants.models.file import FileCategory, FileItem, FilePart, FileUse
from tenants.models.handbook import FacilityBriefing, HandbookText
from tenants.models.tenant import Contact, Lease, Tenant, TenantPerson

__all__ = [
    "Breach",
    "Circular",
    "CircularDelivery",
    "Contact",
    "Correspondence",
    "CustomerCard",
    "DirectoryLine",
    "DirectoryOrder",
    "FacilityBriefing",
    "FileCategory",
    "FileItem",
    "FilePart",
    "FileUse",
    "GoodsMove",
    "HandbookText",
    "Lease",
    "Tenant",
    "TenantPerson",
]
