"""What `core` and the other apps learn of people."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from core import flow, kinds, notices, saved_views, signing
from core.search import SearchWords
from staff import access
from staff.models import User


def words(person: User) -> SearchWords | None:
    """People are found by name, pinyin initials, account and phone tail; who has left is not."""
    return SearchWords(person.name, person.username, words=[person.username, person.phone]) if person.is_active else None


kinds.set_territories(access.territories)
saved_views.set_departments(access.named_departments)
flow.set_cover(access.without_cover)
signing.set_organisation(signing.Organisation(access.absent_for, access.stand_ins, access.heads_of, access.holders))
notices.name_topic("cover", _("Cover during absence"))
notices.name_topic("roster", _("Shift roster"))
notices.name_topic("countersign", _("Countersignatures"))
notices.name_topic("job", _("Long jobs"))
kinds.register(
    User,
    rows=access.people,
    title=_("Colleague"),
    plural=_("Colleagues"),
    icon="user",
    url="staff:person_detail",
    search=words,
    territory=lambda person: None,
)
