"""Pages of chasing: reminders one by one and in batches, promises, later days, the ladder, late fees."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from billing import access
from billing.filters.dunning import PostponementFilter, PromiseFilter, ReminderFilter
from billing.flow import POSTPONEMENT_FLOW, REMINDER_FLOW
from billing.flow.dunning import leaving_of, sending_of
from billing.forms.dunning import BatchForm, ContactForm, DunningStepForm, PostponementForm
from billing.models import DunningStep, Postponement, Promise, Reminder
from billing.services import late_fees, postponements, prices, reminders
from billing.tables.dunning import PostponementTable, PromiseTable, ReminderTable
from core import bulk, forms, lists
from core.flow import Refused
from core.pages import bound, form_page, need, record_page
from core.urls import record_urls
from tenants import access as tenant_access

# More than these are sent in several goes.
BATCH = 200


@require_GET
def reminder_list(request: HttpRequest) -> HttpResponse:
    """Every reminder: who reminded whom, how, and what came of it."""
    need(access.may_see_money(request.user))
    return lists.page(
        request,
        name="billing-reminders",
        title=_("Payment reminders"),
        rows=access.reminders(request.user),
        table=ReminderTable,
        filter=ReminderFilter,
        search=tenant_access.words_in("number", "tenant__name", "tenant__initials", "spoke_to", "note"),
        views=[
            lists.Preset(_("To send"), "state=TO_SEND&state=MANAGER"),
            lists.Preset(_("Overdue"), "late=yes"),
            lists.Preset(_("Calls"), "state=TO_SEND&channel=CALL"),
        ],
        bulk=[bulk.of_step(REMINDER_FLOW, "leave_out")],
        empty=_("Reminders are proposed every morning from the due days and the steps."),
    )


@require_GET
def reminder_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One reminder: what it asks for, how it went out, what came of it."""
    reminder = get_object_or_404(access.reminders(request.user), pk=pk)
    facts = [
        (_("Step"), str(reminder.step or _("by hand"))),
        (_("Channel"), reminder.get_channel_display()),
        (_("Oldest due day"), reminder.since),
        (_("Amount"), f"¥{reminder.amount:,.2f}"),
        (_("To be sent by"), reminder.due_on),
        (_("Sent"), reminder.sent_at or ""),
        (_("Sent by"), reminder.sent_by or ""),
        (_("Result"), reminder.get_result_display()),
        (_("Spoken to"), reminder.spoke_to),
        (_("Received by"), reminder.received_by),
        (_("Delivered on"), reminder.delivered_on or ""),
        (_("Note"), reminder.note),
    ]
    lines = reminders.asked(reminder, timezone.localdate())
    context = {"lines": lines, "promises": list(reminder.promises.all()), "tenant": reminder.tenant, "template": "billing/reminder.html"}
    back = (reverse("billing:reminder_list"), _("Payment reminders"))
    return record_page(request, reminder, title=_("Payment reminder"), facts=facts, back=back, **context)


def contact_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A call or visit outside the ladder, written down with what was promised."""
    tenant = get_object_or_404(access.tenants(request.user), pk=pk)
    need(access.may(request.user, access.CHASERS, tenant))
    form = bound(request, ContactForm)

    def save(filled: Any) -> Reminder:
        details = {name: value for name, value in filled.cleaned_data.items() if name not in forms.TECHNICAL_FIELDS}
        made = reminders.by_hand(tenant, details.pop("channel"), by=request.user, on=timezone.localdate())
        return REMINDER_FLOW.take(made, "send", by=request.user, at=timezone.now(), **details)  # type: ignore[no-any-return]

    title = _("Record a contact with %(tenant)s") % {"tenant": tenant.name}
    return form_page(request, form, title=title, save=save, cancel_url=reverse("tenants:tenant_tab", args=[tenant.pk, "money"]))


@require_GET
def batches(request: HttpRequest) -> HttpResponse:
    """The ladder, and how many reminders wait on each step."""
    need(access.may_see_money(request.user))
    today = timezone.localdate()
    waiting = access.reminders(request.user).filter(state__in=Reminder.WAITING).order_by()
    counts = dict(waiting.values_list("step").annotate(n=Count("pk")))
    rows = [(step, counts.get(step.pk, 0), _example(step, today)) for step in access.dunning_steps(request.user)]
    context = {"rows": rows, "may_edit": access.may_somewhere(request.user, access.PRICERS), "today": today}
    return render(request, "billing/dunning.html", context)


def _example(step: DunningStep, today: dt.date) -> str:
    """When the step comes for something that falls due today."""
    return (today + dt.timedelta(days=step.after_days)).isoformat()


def batch(request: HttpRequest, pk: int) -> HttpResponse:
    """One step for everybody it waits for: looked through first, some left out with a reason, the others sent at once."""
    step = get_object_or_404(access.dunning_steps(request.user), pk=pk)
    need(access.may_somewhere(request.user, access.CHASERS))
    here = reverse("billing:reminder_batch", args=[pk])
    waiting = access.reminders(request.user).filter(step=step, state__in=Reminder.WAITING).order_by("-amount", "pk")
    mine = [row for row in waiting[:BATCH] if REMINDER_FLOW.steps[sending_of(row)].is_for(request.user, row)]
    form = bound(request, BatchForm, reminders=mine)

    def save(filled: Any) -> str:
        sent, left_out, refused = _carry_out(filled.verdicts(), request.user)
        messages.success(request, _("%(sent)d sent, %(left)d left out.") % {"sent": sent, "left": left_out})
        for text in refused:
            messages.warning(request, text)
        return here

    context = {"step": step, "total": sum(row.amount for row in mine), "all": waiting.count()}
    title = _("Send: %(step)s") % {"step": step}
    cancel = reverse("billing:dunning")
    return form_page(request, form, title=title, save=save, cancel_url=cancel, template="billing/reminder_batch.html", **context)


def _carry_out(verdicts: list[tuple[Reminder, str]], user: Any) -> tuple[int, int, list[str]]:
    """(sent, left out, refusals): what one reminder refuses does not stop the others."""
    sent, left_out, refused = 0, 0, []
    for row, why in verdicts:
        try:
            REMINDER_FLOW.take(row, leaving_of(row) if why else sending_of(row), by=user, at=timezone.now(), note=why)
        except Refused as error:
            refused.append(f"{row}: {error.message}")
            continue
        sent, left_out = (sent, left_out + 1) if why else (sent + 1, left_out)
    return sent, left_out, refused


def step_new(request: HttpRequest) -> HttpResponse:
    """Adds a rung to the ladder."""
    return _step(request, None)


def step_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Changes a rung; reminders that were sent stay as they were."""
    return _step(request, get_object_or_404(access.dunning_steps(request.user), pk=pk))


def _step(request: HttpRequest, step: DunningStep | None) -> HttpResponse:
    need(access.may_somewhere(request.user, access.PRICERS))
    form = bound(request, DunningStepForm, instance=step or DunningStep())

    def save(filled: Any) -> str:
        forms.save_changes(filled, by=request.user) if step else filled.save()
        return reverse("billing:dunning")

    return form_page(request, form, title=_("Reminder step"), save=save, record=step, cancel_url=reverse("billing:dunning"))


@require_GET
def promise_list(request: HttpRequest) -> HttpResponse:
    """What was promised, by when, and whether it was kept."""
    need(access.may_see_money(request.user))
    return lists.page(
        request,
        name="billing-promises",
        title=_("Promises to pay"),
        rows=access.promises(request.user),
        table=PromiseTable,
        filter=PromiseFilter,
        search=tenant_access.words_in("number", "tenant__name", "tenant__initials", "promised_by"),
        views=[lists.Preset(_("Open"), "state=OPEN"), lists.Preset(pgettext("promise", "Broken"), "state=BROKEN")],
        empty=_("A promise is written down with the call or visit in which it was made."),
    )


@require_GET
def promise_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One promise and what came in since."""
    promise = get_object_or_404(access.promises(request.user), pk=pk)
    facts = [
        (_("Amount"), f"¥{promise.amount:,.2f}"),
        (_("Pays by"), promise.pay_by),
        (_("Promised by"), promise.promised_by),
        (_("Promised"), promise.promised_at),
        (_("Paid since"), f"¥{reminders.paid_since(promise):,.2f}"),
        (_("Payment reminder"), promise.reminder or ""),
        (_("Noted by"), promise.created_by),
    ]
    back = (reverse("billing:promise_list"), _("Promises to pay"))
    return record_page(request, promise, title=_("Promise to pay"), facts=facts, back=back, tenant=promise.tenant)


@require_GET
def postponement_list(request: HttpRequest) -> HttpResponse:
    """Due days that were put off, and those asked for."""
    need(access.may_see_money(request.user))
    return lists.page(
        request,
        name="billing-postponements",
        title=_("Postponements"),
        rows=access.postponements(request.user),
        table=PostponementTable,
        filter=PostponementFilter,
        search=tenant_access.words_in("number", "bill__tenant__name", "bill__tenant__initials", "bill__number", "reason"),
        views=[lists.Preset(_("To approve"), "state=REQUESTED")],
        bulk=[bulk.of_step(POSTPONEMENT_FLOW, "grant")],
        empty=_("A later day is asked for on the payment notice."),
    )


def postponement_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Asks for a later day for a payment notice."""
    bill = get_object_or_404(access.bills(request.user), pk=pk)
    need(access.may(request.user, access.CHASERS, bill))
    form = bound(request, PostponementForm, instance=Postponement(bill=bill), initial={"pay_by": postponements.latest_day(bill)})

    def save(filled: Any) -> Postponement:
        return postponements.ask(filled.save(commit=False), by=request.user, on=timezone.localdate())

    title = _("Put off %(bill)s") % {"bill": bill}
    return form_page(request, form, title=title, save=save, cancel_url=reverse("billing:bill_detail", args=[pk]))


@require_GET
def postponement_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One postponement: which notice, from when to when, who asked and who granted it."""
    wanted = get_object_or_404(access.postponements(request.user), pk=pk)
    facts = [
        (_("Payment notice"), wanted.bill),
        (_("Outstanding"), f"¥{wanted.bill.outstanding:,.2f}"),
        (_("Due on"), wanted.bill.due_on),
        (_("New due day"), wanted.pay_by),
        (_("Reason"), wanted.reason),
        (_("Asked by"), wanted.created_by),
        (_("Decided by"), wanted.decided_by or ""),
    ]
    back = (reverse("billing:postponement_list"), _("Postponements"))
    return record_page(request, wanted, title=_("Postponement"), facts=facts, back=back, tenant=wanted.bill.tenant)


@require_GET
def late_fee_preview(request: HttpRequest) -> HttpResponse:
    """What the next booking of late fees would charge, building by building; booked on the first of each month."""
    need(access.may_see_money(request.user))
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    rows = [
        (building, prices.terms_of(building.pk), late_fees.preview(building, yesterday))
        for building in access.money_buildings(request.user)
    ]
    shown = [(building, terms, found, sum((one.amount for one in found), 0)) for building, terms, found in rows]
    context = {"rows": shown, "upto": yesterday, "may_edit": access.may_somewhere(request.user, access.PRICERS)}
    return render(request, "billing/late_fees.html", context)


urls = [
    *record_urls("reminders", "reminder", model=Reminder, list_view=reminder_list, detail_view=reminder_detail),
    *record_urls("promises", "promise", model=Promise, list_view=promise_list, detail_view=promise_detail),
    *record_urls("postponements", "postponement", model=Postponement, list_view=postponement_list, detail_view=postponement_detail),
    path("bills/<int:pk>/postpone/", postponement_new, name="postponement_new"),
    path("tenants/<int:pk>/contact/", contact_new, name="contact_new"),
    path("dunning/", batches, name="dunning"),
    path("dunning/new/", step_new, name="dunning_step_new"),
    path("dunning/<int:pk>/", batch, name="reminder_batch"),
    path("dunning/<int:pk>/edit/", step_edit, name="dunning_step_edit"),
    path("late-fees/", late_fee_preview, name="late_fees"),
]
