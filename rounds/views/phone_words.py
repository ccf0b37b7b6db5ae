"""The words that the scripts of the phone pages say."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

WORDS = {
    "all_sent": _("Everything is uploaded"),
    "waiting_one": _("1 waiting to upload"),
    "waiting": _("%(n)s waiting to upload"),
    "offline": _("Offline: go on, it is kept on this phone."),
    "uploading": _("Uploading…"),
    "later": _("The server does not take it just now. It is tried again."),
    "sign_in": _("Sign in again: what you recorded is kept and is uploaded then."),
    "sign_in_button": _("Sign in again"),
    "somebody_else": _("Somebody else recorded %(n)s of these on this phone. They are uploaded when that person signs in."),
    "too_old": _("Recorded more than 12 hours ago. Go where there is a network and open this page: the phone may throw it away."),
    "refused": _("Not taken in"),
    "waits": _("Waiting to upload"),
    "recorded_at": _("recorded %(time)s"),
    "throw_away": _("Throw away"),
    "really": _("Throw this away? It can't be brought back."),
    "keep": _("Keep it"),
    "finish_of": _("End of the round"),
    "next": _("Next: %(number)s · %(stop)s"),
    "all_done": _("Every stop is recorded"),
    "not_on_route": _("The label %(code)s is not on this round."),
    "enter_code": _("Enter the 6 characters under the QR code."),
    "scanned": _("scanned %(time)s"),
    "code_typed": _("code typed in %(time)s"),
    "not_scanned": _("not scanned"),
    "gps_ok": _("position within %(m)s m"),
    "gps_refused": _("without position"),
    "gps_searching": _("looking for the position…"),
    "problem": _("There is a problem"),
    "answer_this": _("Answer this."),
    "say_wrong": _("Say what is wrong."),
    "take_photo": _("Take a photo, or tick that none is possible."),
    "photo_missing": _("Take a photo."),
    "outside": _("Outside %(limits)s: say what is wrong."),
    "photo_failed": _("This photo can't be read. Take it again."),
    "remove_photo": _("Remove photo %(n)s"),
    "put_back": _("What you typed here before was put back."),
    "finish_kept": _("The round ends when everything is uploaded."),
    "why_left_out": _("Say why something is left out."),
    "not_in_order": _("Not in order"),
}


def words() -> dict[str, str]:
    """In the person's language."""
    return {name: str(word) for name, word in WORDS.items()}
