"""The left rail: groups of ux.md 2.1, each page with who may open it. A page that an app does not have is left out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from billing import access as billing
from complaints import access as complaints
from fitout import access as fitout
from premises import access as premises
from repairs import access as repairs
from staff import access as staff

May = Callable[[Any], bool]


def everybody(user: Any) -> bool:
    return bool(staff.posts(user))


def anybody(user: Any) -> bool:
    """Also somebody without a post."""
    return True


def service(user: Any) -> bool:
    return staff.holds(user, "CUSTOMER_SERVICE")


def records_officer(user: Any) -> bool:
    return bool(user.is_staff)


@dataclass(frozen=True)
class Item:
    """A page of the rail, by the name of its address."""

    label: Any
    url: str
    may: May = everybody


@dataclass(frozen=True)
class Group:
    label: Any
    icon: str
    items: tuple[Item, ...]


RAIL = (
    Group(
        _("My desk"),
        "home",
        (
            Item(_("Today"), "frontdesk:desk", anybody),
            Item(_("Waits for me"), "frontdesk:waiting"),
            Item(_("Approvals"), "frontdesk:approvals"),
            Item(_("Where is this company?"), "frontdesk:where"),
            Item(_("Incoming call"), "frontdesk:call", service),
            Item(_("Notifications"), "core:notices", anybody),
            Item(_("Drafts"), "frontdesk:drafts", anybody),
        ),
    ),
    Group(
        _("Tenants & units"),
        "building-skyscraper",
        (
            Item(_("Stacking plan"), "frontdesk:stacking_plan"),
            Item(_("Tenants"), "tenants:tenant_list"),
            Item(_("Move-in"), "tenants:move_in_list"),
            Item(_("Defects"), "tenants:defect_list"),
            Item(_("Leases"), "tenants:lease_list"),
            Item(_("Units"), "premises:unit_list"),
            Item(_("Buildings"), "premises:building_list"),
            Item(_("Public areas"), "premises:public_area_list"),
        ),
    ),
    Group(
        _("Files"),
        "folders",
        (
            Item(_("File parts"), "tenants:file_part_list"),
            Item(_("Documents"), "tenants:file_item_list"),
            Item(_("Correspondence"), "tenants:correspondence_list"),
            Item(_("Circulars"), "tenants:circular_list"),
            Item(_("Breaches"), "tenants:breach_list"),
            Item(_("Handbooks"), "tenants:handbook_list"),
            Item(_("Data quality"), "tenants:quality"),
        ),
    ),
    Group(
        _("Service"),
        "bell-ringing",
        (
            Item(_("New repair"), "repairs:work_order_new", anybody),
            Item(_("Repairs"), "repairs:work_order_list"),
            Item(_("My repairs"), "repairs:mine", repairs.is_technician),
            Item(_("Dispatch board"), "repairs:board", repairs.may_dispatch),
            Item(_("Skills"), "repairs:skill_list", repairs.may_read_register),
            Item(_("Repair Service Item List"), "repairs:service_list", anybody),
            Item(_("Repair figures"), "repairs:figures", repairs.may_read_register),
            Item(_("Paid services"), "repairs:paid_list"),
            Item(_("Bookings"), "repairs:booking_list", repairs.may_see_bookings),
            Item(_("Complaint hot-line"), "complaints:complaint_new", complaints.may_take_calls),
            Item(_("Complaints"), "complaints:complaint_list"),
            Item(_("Complaint measures"), "complaints:measure_list"),
            Item(_("Gifts & compensation"), "complaints:compensation_list", complaints.may_read_register),
            Item(_("Complaint figures"), "complaints:statistics", complaints.may_read_register),
            Item(_("Directory board"), "tenants:board"),
            Item(_("Directory board orders"), "tenants:directory_order_list"),
            Item(_("Customer cards"), "tenants:card_list"),
            Item(_("Goods moves"), "tenants:goods_move_list"),
        ),
    ),
    Group(
        pgettext_lazy("pages", "Fit-out"),
        "paint",
        (
            Item(_("New fit-out application"), "fitout:fitout_new", fitout.may_take_applications),
            Item(_("Fit-outs"), "fitout:fitout_list", fitout.may_read_register),
            Item(_("Calendar of the sites"), "fitout:calendar", fitout.may_read_register),
            Item(_("What runs out"), "fitout:expiry_list", fitout.may_read_register),
            Item(_("Fit-out contractors"), "fitout:contractor_list", fitout.may_read_register),
            Item(_("Fit-out terms"), "fitout:terms_list", fitout.may_set_terms),
            Item(_("Site checks of a day"), "fitout:site_board", fitout.may_read_register),
            Item(_("Fit-out Patrol Record"), "fitout:site_check_list", fitout.may_read_register),
            Item(_("Fit-out breaches"), "fitout:breach_list", fitout.may_read_register),
            Item(_("Fit-out penalties"), "fitout:penalty_list", fitout.may_read_register),
            Item(_("Stopped works"), "fitout:stoppage_list", fitout.may_read_register),
            Item(_("Worker passes"), "fitout:worker_pass_list", fitout.may_read_register),
            Item(_("Gate"), "fitout:gate", fitout.guards_somewhere),
            Item(_("On site now"), "fitout:on_site", fitout.may_read_register),
            Item(_("Entries to sites"), "fitout:entry_list", fitout.may_read_register),
            Item(_("Hot work & height today"), "fitout:permit_board", fitout.may_read_register),
            Item(_("Hot-work permits"), "fitout:hot_work_list", fitout.may_read_register),
            Item(_("Work at height"), "fitout:height_permit_list", fitout.may_read_register),
        ),
    ),
    Group(
        pgettext_lazy("pages", "Finance"),
        "coin",
        (
            Item(_("Counter"), "billing:counter", billing.may_take_money),
            Item(_("Receipts"), "billing:receipt_list", billing.may_see_money),
            Item(_("Payment notices"), "billing:bill_list", billing.may_see_money),
            Item(_("Bill runs"), "billing:bill_run_list", billing.may_see_money),
            Item(_("Meter round"), "premises:meter_route", premises.may_read_meters),
            Item(_("Arrears and reminders"), "billing:arrears", billing.may_see_money),
            Item(_("Deposits"), "billing:deposit_list", billing.may_see_money),
            Item(_("Refunds"), "billing:refund_list", billing.may_see_money),
            Item(_("Waivers"), "billing:waiver_list", billing.may_see_money),
            Item(_("Invoices"), "billing:invoice_list", billing.may_see_money),
            Item(_("Price list"), "billing:price_list"),
            Item(_("Day-end cash counts"), "billing:cash_count_list", billing.may_take_money),
            Item(_("Money reports"), "billing:reports", billing.may_see_money),
            Item(_("Accounting months"), "billing:period_list", billing.may_see_money),
        ),
    ),
    Group(
        _("Field"),
        "key",
        (
            Item(_("My rounds"), "rounds:mine"),
            Item(_("Board of rounds"), "rounds:board"),
            Item(_("Register of rounds"), "rounds:round_list"),
            Item(_("Missed rounds"), "rounds:missed_list"),
            Item(_("Quota of the month"), "rounds:quota"),
            Item(_("Round plans"), "rounds:plan_list"),
            Item(_("Checklists"), "rounds:checklist_list"),
            Item(_("Keys & cards"), "premises:key_list", premises.may_see_keys),
            Item(_("Key counts"), "premises:key_count_list", premises.may_see_keys),
            Item(_("Meters"), "premises:meter_list"),
            Item(_("Parking spaces"), "premises:parking_space_list"),
            Item(_("Extinguishers"), "premises:extinguisher_list"),
            Item(_("Places"), "premises:place_list"),
            Item(_("Import premises"), "premises:import", premises.may_import),
            Item(_("Import tenants"), "tenants:import", premises.may_import),
        ),
    ),
    Group(
        _("People and rules"),
        "users",
        (
            Item(_("Colleagues"), "staff:person_list"),
            Item(_("Departments and posts"), "staff:department_list"),
            Item(_("Shift rosters"), "staff:roster_list"),
            Item(_("Absence cover"), "staff:cover_list"),
            Item(_("Procedures"), "frontdesk:procedures"),
            Item(_("Records desk"), "admin:index", records_officer),
        ),
    ),
)


@cache
def address(name: str) -> str:
    """The address of a page, empty when no app has it."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def groups(user: Any, path: str) -> list[dict[str, Any]]:
    """The rail for one person: `{label, icon, items: [{label, url, active}]}`; the page shown is marked."""
    shown = [(group, [item for item in group.items if address(item.url) and item.may(user)]) for group in RAIL]
    current = _nearest(path, [address(item.url) for _group, items in shown for item in items])
    return [
        {"label": group.label, "icon": group.icon, "items": [_entry(item, current) for item in items]} for group, items in shown if items
    ]


def _entry(item: Item, current: str) -> dict[str, Any]:
    url = address(item.url)
    return {"label": item.label, "url": url, "active": url == current}


def _nearest(path: str, urls: list[str]) -> str:
    """The longest address that the path lies under; the desk only for itself."""
    above = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(above, key=len, default="")


def tasks(user: Any) -> str:
    """Where “My tasks” on the phone leads: a technician to their repairs, the others to what waits for them."""
    return address("repairs:mine" if repairs.is_technician(user) else "frontdesk:waiting")


def pages(user: Any) -> list[tuple[Any, str]]:
    """Every page of the rail this person may open, for the palette and the help page: (label, address)."""
    return [(item["label"], item["url"]) for group in groups(user, "") for item in group["items"]]
