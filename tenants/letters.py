"""Letters to tenants by e-mail. Without EMAIL_URL nothing is sent, and the record says that the letter is to be printed."""

from __future__ import annotations

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import printing
from tenants.models import MoveIn


def send_notice(move_in_id: int) -> bool:
    """Sends the Move-in Notice with its PDF once; True when it went out now."""
    move_in = MoveIn.objects.select_related("tenant", "building", "created_by").get(pk=move_in_id)
    form = printing.form_of(MoveIn, "notice")
    if not settings.EMAIL_URL or not move_in.addressee_email or move_in.letter_sent_at or form is None:
        return False
    now = timezone.now()
    with translation.override("zh-hans"):
        subject = _("Move-in Notice %(number)s") % {"number": move_in.number}
        when = f"{timezone.localtime(move_in.takeover_at):%Y-%m-%d %H:%M}"
        body = _("Please take over your unit on %(when)s, %(place)s. The notice is attached.") % {"when": when, "place": move_in.place}
        letter = printing.print_record(form, move_in, by=move_in.created_by, at=now, link="")
    message = EmailMessage(subject, body, settings.DEFAULT_FROM_EMAIL, [move_in.addressee_email])
    message.attach(f"{move_in.number}.pdf", letter, "application/pdf")
    message.send()
    MoveIn.objects.filter(pk=move_in.pk).update(letter_sent_at=now)
    return True
