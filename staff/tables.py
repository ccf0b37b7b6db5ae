"""Columns of the lists of people and of cover."""

from django.utils.translation import gettext_lazy as _
from django_tables2 import Column, DateColumn

from core import lists
from core.columns import to
from staff.models import Cover, Post, User


class PeopleTable(lists.Table):
    name = Column(_("Name"), linkify=to("staff:person_detail"))
    posts = Column(_("Posts"), accessor="current_posts", orderable=False)
    phone = Column(_("Phone"))

    class Meta(lists.Table.Meta):
        model = User
        fields = ("name", "posts", "phone")

    def render_posts(self, value: list[Post]) -> str:
        return "、".join(post.name for post in value)

    value_posts = render_posts


class CoverTable(lists.Table):
    absent = Column(_("Absent"), linkify=to("staff:cover_detail"))
    post = Column(_("Post"), accessor="post__name", orderable=False)
    stand_in = Column(_("Stand-in"))
    starts_on = DateColumn(verbose_name=_("From"))
    ends_on = DateColumn(verbose_name=_("To"))
    reason = Column(_("Reason"), orderable=False)

    class Meta(lists.Table.Meta):
        model = Cover
        fields = ("absent", "post", "stand_in", "starts_on", "ends_on", "reason")
