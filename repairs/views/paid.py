"""Paid services: what is agreed, what is to be paid, who refuses (manual 3.12)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from core import lists
from repairs import access
from repairs.filters import PaidServiceFilter
from repairs.tables import PaidServiceTable


@require_GET
def paid_list(request: HttpRequest) -> HttpResponse:
    """The paid services of the register: item, time and amount as they are reported, and what the customer said (article 5, 4)."""
    new = (reverse("repairs:work_order_new"), _("New repair")) if access.may_report(request.user) else None
    return lists.page(
        request,
        name="paid-services",
        title=_("Paid services"),
        rows=access.paid_services(request.user),
        table=PaidServiceTable,
        filter=PaidServiceFilter,
        search=access.SEARCH,
        new=new,
        views=[
            lists.Preset(_("To be signed"), "state=AWAITING_TENANT"),
            lists.Preset(_("Under way"), "due=open"),
            lists.Preset(_("To pay"), "state=TO_PAY"),
            lists.Preset(_("Payment refused"), "state=REFUSED"),
            lists.Preset(_("To call back"), "state=DONE"),
            lists.Preset(_("Not satisfied"), "said=bad"),
        ],
        empty=_("No paid service is on record."),
    )


urls = [path("paid-services/", paid_list, name="paid_list")]
