"""The call, and what each step of a complaint asks."""

from __future__ import annotations

from typing import Any

from django.forms import BooleanField, CharField, ChoiceField, DateTimeField, ModelChoiceField, RadioSelect, Textarea
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from complaints import access
from complaints.models import Complaint, ComplaintCause, ComplaintKind, ReturnVisit
from complaints.services.deadlines import limit
from core import forms
from core.pickers import CodePicker
from premises import access as premises
from premises.models import Building, Unit
from staff.models import Department, User
from tenants import access as tenants
from tenants.models import Tenant

T = gettext_lazy

ROWS = {"rows": 4}


def words(label: Any, *, longest: int = 4000, required: bool = True, hint: Any = "") -> CharField:
    """A text of several lines."""
    return CharField(label=label, max_length=longest, required=required, help_text=hint, widget=Textarea(attrs=ROWS))


class KindField(ModelChoiceField):
    """Kinds of complaints, the parts behind their main kind."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.parent} · {obj}" if obj.parent else str(obj)


class ComplaintForm(forms.ModelForm):
    """A complaint as it was told, on the phone or at the desk (manual 3.3.6-2, -5)."""

    kind = KindField(label=T("Kind"), queryset=ComplaintKind.objects.none())
    tenant = forms.PickerField(
        label=T("Company"), queryset=Tenant.objects.none(), url_name="tenants:tenant_picker", search=tenants.tenants_like, required=False
    )
    company = CharField(label=T("Company, if it is no tenant"), max_length=120, required=False)
    unit = CodePicker(label=T("Unit"), queryset=Unit.objects.none(), url_name="premises:unit_picker", required=False)
    building = ModelChoiceField(label=T("Building"), queryset=Building.objects.none(), required=False)
    files = forms.StashedFileField(label=T("Photos, recordings, papers"), multiple=True, required=False, purpose="complaints.evidence")
    apologised = BooleanField(label=T("I have apologised to the customer"))
    tell_at_once = BooleanField(label=T("Serious: tell the customer service manager at once"), required=False)

    class Meta:
        model = Complaint
        fields = [
            "name", "phone", "channel", "tenant", "company", "unit", "building", "kind", "content", "against",
            "course_of_events", "witnesses", "evidence", "files", "tell_at_once", "apologised",
        ]  # fmt: skip

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["kind"].queryset = access.kinds()
        self.fields["tenant"].queryset = tenants.current_tenants(user)
        self.fields["unit"].queryset = premises.units(user)
        if "building" in self.fields:
            self.fields["building"].queryset = access.call_buildings(user)
            self.fields["building"].help_text = _("Only where neither company nor unit says it.")
        for name in ("course_of_events", "witnesses", "evidence"):
            self.fields[name].help_text = _("Of a person's misconduct.")

    def clean(self) -> dict[str, Any]:
        filled = super().clean() or self.cleaned_data
        tenant, unit, kind = filled.get("tenant"), filled.get("unit"), filled.get("kind")
        if tenant and unit and unit.building_id != tenant.building_id:
            self.add_error("unit", _("The unit is in another building than the tenant."))
        if not tenant and not unit and "building" in self.fields and not filled.get("building"):
            self.add_error("building", _("Name the company, the unit or at least the building."))
        if kind and kind.is_misconduct:
            self._needs("against", _("Say who it is about, as far as the customer knows."))
            self._needs("course_of_events", _("Write down what happened, in order."))
            self._needs("witnesses", _("Name witnesses, or write that there are none."))
            self._needs("evidence", _("Say what evidence there is, or write that there is none."))
        return filled

    def _needs(self, name: str, message: str) -> None:
        if not self.cleaned_data.get(name) and name not in self._errors:
            self.add_error(name, message)


class ComplaintChangeForm(ComplaintForm):
    """What was told, corrected: it stays in its building, and what was attached stays attached."""

    files = tell_at_once = apologised = building = None

    class Meta(ComplaintForm.Meta):
        fields = [name for name in ComplaintForm.Meta.fields if name not in {"building", "files", "tell_at_once", "apologised"}]

    def __init__(self, *arguments: Any, user: Any, **named: Any) -> None:
        super().__init__(*arguments, user=user, **named)
        place = self.instance.building_id
        # Also a tenant who has moved out since.
        self.fields["tenant"].queryset = tenants.tenants(user).filter(building=place)
        self.fields["unit"].queryset = premises.units(user).filter(building=place)


class KindlyForm(forms.Form):
    """A form of what is said to the customer: the courtesy phrases are at hand beside it (manual 3.3.6-7)."""

    @property
    def snippets(self) -> Any:
        return access.phrases()


class ComplaintExplainForm(KindlyForm):
    """What was said on the spot, and that the customer agreed (manual 3.3.6-3b)."""

    result = words(T("What was explained and settled"))
    suggestions = words(T("Other suggestions of the customer"), longest=2000, required=False)
    satisfied = BooleanField(label=T("The customer is satisfied with it"))
    thanked = BooleanField(label=T("I have thanked the customer"))


class ComplaintStartCheckForm(forms.Form):
    """Who goes and checks the facts."""

    wants_record = True
    checker = ModelChoiceField(label=T("Who checks"), queryset=User.objects.none())
    note = CharField(label=T("Note"), max_length=400, required=False)

    def __init__(self, *arguments: Any, record: Complaint, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["checker"].queryset = access.colleagues(record.building_id)
        self.fields["checker"].initial = user.pk


class ComplaintAssignForm(forms.Form):
    """What verification found, who answers and until when (manual 3.3.4-2)."""

    wants_record = True
    finding = words(T("What the check found"))
    department = ModelChoiceField(label=T("Responsible department"), queryset=Department.objects.all())
    due_at = DateTimeField(label=T("To be resolved by"))
    special_reason = CharField(
        label=T("Special case"), max_length=400, required=False, help_text=T("Why; the property general manager is informed at once.")
    )

    def __init__(self, *arguments: Any, record: Complaint, user: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        kind = record.kind
        usual = record.department or kind.department or (kind.parent and kind.parent.department)
        self.fields["department"].initial = usual and usual.pk
        self.fields["due_at"].initial = limit(kind, timezone.now(), kind.resolve_hours)

    def clean_due_at(self) -> Any:
        due_at = self.cleaned_data["due_at"]
        if due_at <= timezone.now():
            self.add_error("due_at", _("This time is past. Enter one that lies ahead."))
        return due_at


class ComplaintAssignAgainForm(ComplaintAssignForm):
    """After the customer was not satisfied: what is missing, who answers, until when."""

    finding = words(T("What is still missing"))


class ComplaintHoldReviewForm(ComplaintAssignForm):
    """Who took part in the review, what it decided, who answers and until when (manual 3.3.4-3)."""

    review_people = CharField(label=T("Taking part in the review"), max_length=200)
    review_note = words(T("Outcome of the review"))
    finding = words(T("What the check found"), required=False)


class ComplaintReportResultForm(forms.Form):
    """What the department did about it, and why it came about (manual 3.3.4-4)."""

    result = words(T("Result"))
    cause = ModelChoiceField(label=T("Cause"), queryset=ComplaintCause.objects.none())

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.fields["cause"].queryset = access.causes()


class ComplaintSatisfiedForm(KindlyForm):
    """The return visit: how, with whom, what else the customer said (manual 3.3.6-6)."""

    method = ChoiceField(label=T("How"), choices=ReturnVisit.Method.choices, widget=RadioSelect, initial="PHONE")
    person = CharField(label=T("Spoke with"), max_length=60)
    remark = words(T("What the customer said"), longest=2000, required=False)
    suggestions = words(T("Other suggestions of the customer"), longest=2000, required=False)
    thanked = BooleanField(label=T("I have thanked the customer"))


class ComplaintNotSatisfiedForm(ComplaintSatisfiedForm):
    """The same, with what is still wrong."""

    remark = words(T("What is still wrong"), longest=2000)


class MaliciousForm(KindlyForm):
    """Why a head holds a complaint to be malicious, and what was explained all the same (manual 3.3.4-6)."""

    reason = words(T("Why it is malicious"), longest=2000)
    answer = words(T("What was patiently explained to the customer"), longest=2000)
