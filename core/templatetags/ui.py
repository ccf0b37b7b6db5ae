"""Tags every page may use without loading them: icons, chips, deadlines, money, phones, dates (docs/mechanisms/shell.md)."""

import datetime as dt
import logging
import re
import uuid
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any

from django import template
from django.conf import settings
from django.db import models
from django.http import HttpRequest
from django.template.context import Context
from django.template.defaulttags import querystring
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext

from core import flow_chart, kinds, papers, signing
from core import panels as registry
from core.flow import Flow, Step
from core.templatetags import wording

register = template.Library()
log = logging.getLogger(__name__)

register.simple_tag(querystring, takes_context=True, name="query_string")

TONES = {
    "N": ("neutral", "circle-dashed"),
    "I": ("info", "circle-dot"),
    "A": ("active", "progress"),
    "W": ("waiting", "hourglass"),
    "S": ("success", "circle-check"),
    "Y": ("warning", "alert-triangle"),
    "D": ("danger", "alert-octagon"),
    "C": ("critical", "urgent"),
}
UNDO_TAG = re.compile(r"undo:(/(?!/)\S*)")
ICONS = settings.NODE_MODULES / "@tabler" / "icons" / "icons"
ICON_NAME = re.compile(r"[a-z0-9-]+")
ICON_LINE = re.compile(r'<path d="([^"]+)"')  # not the invisible square, whose first attribute is its stroke
STROKE = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'


@cache
def _drawing(name: str) -> SafeString:
    outline, filled = ICONS / "outline" / f"{name}.svg", ICONS / "filled" / f"{name.removesuffix('-filled')}.svg"
    path = filled if name.endswith("-filled") else outline
    if not ICON_NAME.fullmatch(name) or not path.is_file():
        log.warning("there is no icon named %r", name)
        return SafeString("")
    return format_html_join("", '<path d="{}"/>', ((line,) for line in ICON_LINE.findall(path.read_text(encoding="utf8"))))


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """The Tabler icon of that name (`star`, `star-filled`), inlined; hidden from screen readers unless it has a label."""
    voice = format_html('role="img" aria-label="{}"', label) if label else SafeString('aria-hidden="true"')
    paint = 'fill="currentColor"' if name.endswith("-filled") else STROKE
    return format_html('<svg class="icon {}" viewBox="0 0 24 24" {} {}>{}</svg>', css, SafeString(paint), voice, _drawing(name))


@register.simple_tag
def chip(label: object, tone: str = "N", title: str = "", icon_name: str = "") -> SafeString:
    """A status chip: text, icon and one of the eight tones N I A W S Y D C (ux.md 4.1)."""
    return _chip(label if isinstance(label, SafeString) else str(label), tone, str(title), icon_name)


@lru_cache(maxsize=2000, typed=True)
def _chip(label: str, tone: str, title: str, icon_name: str) -> SafeString:
    slug, usual_icon = TONES.get(tone, TONES["N"])
    tip = format_html(' title="{}"', title) if title else ""
    return format_html('<span class="chip chip-{}"{}>{}<span>{}</span></span>', slug, tip, icon(icon_name or usual_icon), label)


@register.simple_tag
def options(groups: list[Any]) -> SafeString:
    """The options of a select widget, as Django's own template writes them one by one."""
    found = []
    for name, choices, _place in groups:
        lines = SafeString("".join([f"\n  {_option(choice)}" for choice in choices]))
        found.append(format_html('\n  <optgroup label="{}">{}\n  </optgroup>', name, lines) if name else lines)
    return SafeString("".join(found))


def _option(choice: dict[str, Any]) -> str:
    marks = "".join(
        [
            f" {name}" if value is True else f' {name}="{conditional_escape(value)}"'
            for name, value in choice["attrs"].items()
            if value is not False
        ]
    )
    return f'<option value="{conditional_escape(str(choice["value"]))}"{marks}>{conditional_escape(choice["label"])}</option>'


def tone_of(record: Any, field: str = "state") -> str:
    """The tone letter a record's model gives to the stored value of `field`; N when it says nothing."""
    tones = getattr(record, f"{field.upper()}_TONES", {})
    return tones.get(getattr(record, field), "N")


@register.simple_tag
def status(record: Any, field: str = "state") -> SafeString:
    """The chip of the record's state, worded by its choices and toned by its model's STATE_TONES."""
    return chip(getattr(record, f"get_{field}_display")(), tone_of(record, field))


@register.simple_tag
def deadline(due_at: dt.datetime | None, state: str = "", reason: object = "", started_at: dt.datetime | None = None) -> SafeString:
    """The deadline chip of ux.md 4.2. `state` is "", "PAUSED" (with its reason) or "MET"; empty without a due time."""
    if due_at is None:
        return SafeString("")
    words = wording.deadline(due_at, now=timezone.now(), state=state, started_at=started_at)
    running = format_html(' data-due="{}"', due_at.isoformat()) if words.running else ""
    said = f"{words.text} · {reason}" if reason else words.text
    slug = TONES[words.tone][0]
    return format_html(
        '<time class="chip chip-{} deadline" datetime="{}" title="{}"{}>{}<span>{}</span></time>',
        slug,
        due_at.isoformat(),
        wording.absolute(due_at),
        running,
        icon(words.icon),
        said,
    )


@register.filter
def when(moment: dt.datetime | dt.date | None) -> SafeString | str:
    """今天 14:30, 昨天 09:05, 11-21 14:30 or 2024-11-21 inside a <time>; a dash for nothing."""
    if not moment:
        return "–"
    exact = wording.absolute(moment)
    return format_html(
        '<time datetime="{}" title="{}">{}</time>', moment.isoformat(), exact, wording.relative_day(moment, now=timezone.now())
    )


@register.filter
def exact(moment: dt.datetime | dt.date | None) -> SafeString | str:
    """2026-11-23 14:30:05 (logs and signatures); a dash for nothing."""
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), wording.absolute(moment)) if moment else "–"


@register.filter
def money(amount: Decimal | int | None) -> SafeString | str:
    """¥16,409.02 with tabular figures; a negative amount carries the word for a refund too. Takes yuan."""
    if amount is None or amount == "":
        return "–"
    value = Decimal(amount)
    if value >= 0:
        return format_html('<span class="money">¥{}</span>', f"{value:,.2f}")
    word = pgettext("money going back", "refund")
    return format_html('<span class="money money-back">-¥{} <small>{}</small></span>', f"{-value:,.2f}", word)


@register.filter
def phone(number: str | None) -> SafeString | str:
    """A `tel:` link that reads 138 0013 8000 or 010-8888 8888 转 801; a dash for nothing."""
    if not number:
        return "–"
    return format_html('<a class="phone" href="tel:{}">{}</a>', wording.dialled(number), wording.spaced_phone(number))


@register.filter
def masked_phone(number: str | None) -> str:
    """138****8000: what a screen facing the lobby may show."""
    return wording.masked_phone(number) if number else "–"


@register.filter
def undo_url(extra_tags: str | None) -> str:
    """The address in a message's tag "undo:/repairs/1/do/undo/"; only a path of this site."""
    found = UNDO_TAG.search(extra_tags or "")
    return found[1] if found else ""


@register.filter
def initials(name: object) -> str:
    """One or two letters for a person's round mark: 王 for 王敏, LM for Li Min."""
    words = str(name).split()
    if not words:
        return "?"
    return words[0][0].upper() if len(words) == 1 else (words[0][0] + words[-1][0]).upper()


@register.simple_tag
def record_url(record: Any) -> str:
    """The detail page of a record of a registered kind; empty for anything else."""
    return kinds.of(record).url(record) if record is not None and kinds.known(record) else ""


@register.filter
def label_of(record: models.Model) -> str:
    """The model's label such as `tenants.MoveIn`, for the shared addresses."""
    return record._meta.label


@register.simple_tag
def step_url(record: Any, step: str) -> str:
    """The page of one step of a record."""
    return kinds.of(record).step_url(record, step)


@register.simple_tag
def print_url(record: Any, form: str) -> str:
    """The printed form of a record."""
    return kinds.of(record).print_url(record, form)


@register.simple_tag
def papers_count(lines: list[papers.Line]) -> str:
    """Given / needed, such as 3/5."""
    return f"{sum(line.is_given for line in lines)}/{len(lines)}"


@register.simple_tag
def signoff_chip(row: signing.PanelRow) -> SafeString:
    """The chip of one party's place in a sign-off panel."""
    label, tone = wording.SIGNOFF_STATES[row.state]
    return chip(label, tone)


@register.filter
def strokes(drawn: list[Any] | None) -> SafeString:
    """A signature redrawn from its strokes; empty without any."""
    return signing.strokes_svg(drawn) if drawn else SafeString("")


@register.simple_tag
def new_key() -> str:
    """A submission key for a button that works at once, so that a double click is one."""
    return str(uuid.uuid4())


@register.simple_tag
def step_asks(record: Any, step: Step) -> bool:
    """Whether a step asks something first (a form, a reason, a confirmation), so its button opens a page."""
    from core.views import form_of  # the view knows which form belongs to a step; views import this module's tags

    return bool(step.confirm or step.asks_reason or form_of(type(record), step))


@register.inclusion_tag("layouts/swimlane.html")
def swimlane(flow: Flow, record: Any = None) -> dict[str, Any]:
    """The chart of a life: a lane a department, a box a step; with a record, what is done and what comes next is marked."""
    known = record if isinstance(record, models.Model) else None
    return {"chart": flow_chart.chart(flow, known), "flow": flow}


@register.simple_tag(takes_context=True)
def panels(context: Context, slot: str, record: Any) -> SafeString:
    """Everything other apps show in a slot of this page, each panel a card."""
    request = context["request"]
    shown = ((panel, panel.render(request, record)) for panel in registry.panels(slot, request.user))
    return format_html_join("", "{}", ((_panel(request, panel, answer),) for panel, answer in shown if answer))


def _panel(request: HttpRequest, panel: registry.Panel, answer: tuple[str, dict[str, Any]]) -> SafeString:
    name, values = answer
    return render_to_string("layouts/panel.html", values | {"panel": panel, "panel_template": name}, request=request)


@register.simple_tag(takes_context=True)
def is_htmx(context: Context) -> bool:
    """Whether a fragment is asked for, not the whole page."""
    return bool(getattr(context.get("request"), "htmx", False))


@register.simple_tag
def shell_words() -> dict[str, str]:
    """The words the scripts need, for `{{ words|json_script:"words" }}`."""
    return wording.for_scripts()
