"""Filters of the lists of people and of cover."""

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, ModelChoiceFilter

from core import lists
from staff.models import Cover, Department, User


class PeopleFilter(lists.FilterSet):
    department = ModelChoiceFilter(label=_("Department"), queryset=Department.objects.all(), method="in_department", to_field_name="code")

    class Meta:
        model = User
        fields = ["department"]

    def in_department(self, rows: QuerySet[User], name: str, department: Department) -> QuerySet[User]:
        today = timezone.localdate()
        return rows.filter(pk__in=department.posts.on(today).values("user")) if department else rows


class CoverFilter(lists.FilterSet):
    when = ChoiceFilter(label=_("When"), choices=[("now", _("Now")), ("ahead", _("To come")), ("over", _("Over"))], method="at_time")

    class Meta:
        model = Cover
        fields = ["when"]

    def at_time(self, rows: QuerySet[Cover], name: str, value: str) -> QuerySet[Cover]:
        today = timezone.localdate()
        if value == "now":
            return rows.filter(starts_on__lte=today, ends_on__gte=today)
        return rows.filter(starts_on__gt=today) if value == "ahead" else rows.filter(ends_on__lt=today)
