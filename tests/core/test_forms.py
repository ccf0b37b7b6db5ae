"""Once is once, and nothing typed is lost: the tenant's form stands for all."""

from __future__ import annotations

import io
import json
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier, Event
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.forms import DateField, DateTimeField
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from core import forms
from core.forms import ShortDateInput, _payload_hash
from core.models import Draft, StoredFile, Submission
from tenants.models import Tenant
from tests.conftest import Cast, a_building, a_unit
from tests.tenants.factories import a_contact, a_tenant

DATA = {"name": "北京华信科技有限公司", "short_name": "华信科技", "company_kind": "PRIVATE"}


def post(client: Client, building: Any, **changes: Any) -> Any:
    given = {**DATA, "building": building.pk, "submission_key": str(uuid.uuid4()), **changes}
    return client.post(reverse("tenants:tenant_new"), given)


def a_photo() -> SimpleUploadedFile:
    body = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(body, "JPEG")
    return SimpleUploadedFile("photo.jpg", body.getvalue(), "image/jpeg")


def test_ten_posts_at_once_make_one_record_and_all_ten_answers_lead_to_it(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    key, start = str(uuid.uuid4()), Barrier(10)

    def send(_: int) -> tuple[int, str]:
        client = Client()
        client.force_login(cast.service_clerk, backend="staff.backends.CountedBackend")
        try:
            start.wait(timeout=20)
            answer = post(client, tower, submission_key=key)
            return answer.status_code, answer.headers.get("Location", "")
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(send, range(10)))
    assert {status for status, _url in answers} == {302}
    tenant = Tenant.objects.get()
    assert set(answers) == {(302, reverse("tenants:tenant_detail", args=[tenant.pk]))}
    assert Submission.objects.get().answer == answers[0][1]


def test_the_same_key_with_other_content_is_a_conflict(cast: Cast, tower: Any, as_user: Any) -> None:
    client, key = as_user(cast.service_clerk), str(uuid.uuid4())
    assert post(client, tower, submission_key=key).status_code == 302
    answer = post(client, tower, submission_key=key, name="北京另一家有限公司")
    assert answer.status_code == 409
    assert "北京另一家有限公司" in answer.content.decode()
    assert Tenant.objects.count() == 1


def test_the_same_form_sent_again_later_gets_the_first_answer_even_where_a_code_is_unique(cast: Cast, tower: Any, as_user: Any) -> None:
    client, given = as_user(cast.service_clerk), {"submission_key": str(uuid.uuid4()), "credit_code": "91110108551385082Q"}
    first, second = post(client, tower, **given), post(client, tower, **given)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.headers["Location"] == second.headers["Location"]
    assert Tenant.objects.count() == 1
    stranger = post(client, tower, **{**given, "submission_key": str(uuid.uuid4())})
    assert stranger.status_code == 422


def test_a_repeat_while_the_first_is_still_saving_is_told_to_wait(committed_db: None) -> None:
    tower = a_building("A", "云汇中心 A 座")
    cast = Cast(tower, a_building("B", "云汇中心 B 座"))
    key, claimed, finish = str(uuid.uuid4()), Event(), Event()

    def hold() -> None:
        """Another worker that has claimed the key and takes its time."""
        with transaction.atomic():
            Submission.objects.create(key=key, user=cast.service_clerk, route="/", payload_hash="x")
            claimed.set()
            finish.wait(timeout=20)
            transaction.set_rollback(True)
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        holding = pool.submit(hold)
        claimed.wait(timeout=10)
        client = Client(headers={"accept-language": "en"})
        client.force_login(cast.service_clerk, backend="staff.backends.CountedBackend")
        answer = post(client, tower, submission_key=key)
        finish.set()
        holding.result()
    assert answer.status_code == 409
    assert "still saving" in answer.content.decode()
    assert DATA["name"] in answer.content.decode()


def test_an_edit_that_hides_its_version_overwrites_nothing(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    given = {**DATA, "name": tenant.name, "industry": "软件", "submission_key": uuid.uuid4()}
    answer = as_user(cast.service_clerk).post(reverse("tenants:tenant_edit", args=[tenant.pk]), given)
    tenant.refresh_from_db()
    assert (answer.status_code, tenant.industry) == (422, "")
    assert "软件" in answer.content.decode()


def test_a_post_without_a_key_is_asked_to_be_sent_again_and_keeps_the_text(cast: Cast, tower: Any, as_user: Any) -> None:
    answer = post(as_user(cast.service_clerk), tower, submission_key="")
    assert answer.status_code == 422
    assert DATA["name"] in answer.content.decode()
    assert Tenant.objects.count() == 0


def test_an_error_answers_422_with_a_summary_that_links_to_the_field(cast: Cast, tower: Any, as_user: Any) -> None:
    page = post(as_user(cast.service_clerk), tower, name="", short_name="仍在这里")
    text = page.content.decode()
    assert page.status_code == 422
    assert "error-summary" in text and 'href="#id_name"' in text and 'aria-invalid="true"' in text
    assert "仍在这里" in text and "Error: " in text


def test_two_people_editing_see_both_texts_and_neither_is_lost(cast: Cast, tower: Any, as_user: Any) -> None:
    tenant = a_tenant(cast, tower)
    url = reverse("tenants:tenant_edit", args=[tenant.pk])
    given = {**DATA, "name": tenant.name, "version": tenant.version, "credit_code": tenant.credit_code}
    assert as_user(cast.records).post(url, {**given, "industry": "金融", "submission_key": uuid.uuid4()}).status_code == 302
    late = as_user(cast.service_clerk).post(url, {**given, "industry": "软件", "submission_key": uuid.uuid4()})
    text = late.content.decode()
    assert late.status_code == 409
    assert "金融" in text and "软件" in text
    tenant.refresh_from_db()
    assert tenant.industry == "金融"
    again = {**given, "industry": "软件", "version": tenant.version, "submission_key": uuid.uuid4()}
    assert as_user(cast.service_clerk).post(url, again).status_code == 302
    tenant.refresh_from_db()
    assert tenant.industry == "软件"


def test_a_draft_is_kept_offered_filled_in_and_gone_after_sending(cast: Cast, tower: Any, as_user: Any) -> None:
    client, url = as_user(cast.service_clerk), reverse("tenants:tenant_new")
    content = {"name": ["北京半途有限公司"], "legal_representative_identity": ["11010519491231002X"], "password": ["x"]}
    saved = client.post("/drafts/", {"form": url, "url": url, "title": "New tenant", "content": json.dumps(content)})
    draft = Draft.objects.get()
    assert saved.status_code == 200 and draft.content == {"name": ["北京半途有限公司"]}
    assert f"?draft={draft.pk}" in client.get(url).content.decode()
    assert "北京半途有限公司" in client.get(url, {"draft": draft.pk}).content.decode()
    assert "北京半途有限公司" not in as_user(cast.records).get(url, {"draft": draft.pk}).content.decode()
    assert post(client, tower).status_code == 302
    assert Draft.objects.count() == 0


def test_an_upload_survives_an_error_elsewhere_in_the_form(cast: Cast, tower: Any, as_user: Any) -> None:
    from core import papers
    from tests.tenants import moving

    move_in = moving.a_notice(cast, tower)
    paper = papers.checklist(move_in)[0].paper
    client, url = as_user(cast.service_clerk), reverse("tenants:move_in_paper", args=[paper.pk])
    first = client.post(url, {"action": "substitute", "reason": "", "file": a_photo(), "submission_key": uuid.uuid4()})
    token = str(StoredFile.objects.get().token)
    assert first.status_code == 422 and token in first.content.decode()
    second = client.post(url, {"action": "receive_verify", "reason": "", "file_token": token, "submission_key": uuid.uuid4()})
    paper.refresh_from_db()
    assert second.status_code == 302
    assert (paper.state, str(paper.file.token)) == ("VERIFIED", token)
    assert StoredFile.objects.count() == 1


def test_somebody_elses_upload_cannot_be_taken_by_its_token(cast: Cast, tower: Any) -> None:
    field = forms.StashedFileField(required=False)
    from core import files

    kept = files.stash(a_photo(), by=cast.guard)
    field.owner = cast.service_clerk
    assert field.clean({"tokens": [str(kept.token), "nonsense"], "uploads": []}) is None
    field.owner = cast.guard
    assert field.clean({"tokens": [str(kept.token)], "uploads": []}) == kept


def test_an_upload_stashed_as_ordinary_is_sealed_where_the_form_asks_for_an_identity_paper(cast: Cast, settings: Any) -> None:
    from core import files

    kept = files.stash(a_photo(), by=cast.guard)
    plain = files.content_of(kept)
    field = forms.StashedFileField(sensitive=True)
    field.owner = cast.guard
    sealed = field.clean({"tokens": [str(kept.token)], "uploads": []})
    assert sealed.sensitive
    assert (Path(settings.MEDIA_ROOT) / sealed.path).read_bytes() != plain
    assert files.content_of(sealed) == plain


BAD = ["\x00", "\ud800", "\u202eevil", "9" * 5000, "0001-01-01", "9999-12-31", "NaN", "1e400"]
BAD += ["-" * 300, "😀" * 500, "<script>", "%s %(x)s {y}"]


@pytest.mark.parametrize("value", BAD)
def test_whatever_is_typed_nothing_breaks(cast: Cast, tower: Any, as_user: Any, value: str) -> None:
    client = as_user(cast.service_clerk)
    fields = ["name", "short_name", "credit_code", "people_total", "since", "phone", "company_kind", "building", "note"]
    for field in fields:
        given = {**DATA, "building": tower.pk, "submission_key": uuid.uuid4(), field: value.encode("utf8", "surrogatepass")}
        answer = client.post(reverse("tenants:tenant_new"), urlencode(given), content_type="application/x-www-form-urlencoded")
        assert answer.status_code in {302, 422}, field
    for page in (reverse("tenants:tenant_list"), reverse("core:search")):
        words = value[:3000].encode("utf8", "surrogatepass")
        assert client.get(f"{page}?{urlencode({'q': words, 'sort': words, 'after': words, 'state': words})}").status_code < 500


@pytest.mark.parametrize(("typed", "day"), [("20261123", "2026-11-23"), ("2026-11-23", "2026-11-23"), ("2026/11/23", "2026-11-23")])
def test_a_date_may_be_typed_in_short(cast: Cast, tower: Any, as_user: Any, typed: str, day: str) -> None:
    assert post(as_user(cast.service_clerk), tower, since=typed).status_code == 302
    assert str(Tenant.objects.get().since) == day


@pytest.mark.parametrize("text", ["[[{}]]", '"x"', "[[" * 2000, '[[{"x": 1e999, "y": 0}]]', '{"a": 1}'])
def test_a_signature_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(forms.ValidationError):
        forms.strokes_of(text)


def test_a_row_without_a_version_is_not_overwritten_either(cast: Cast, tower: Any, as_user: Any) -> None:
    unit = a_unit(tower, "1203")
    url = reverse("premises:unit_edit", args=[unit.pk])
    first, second = as_user(cast.records), as_user(cast.records)
    given = first.get(url).context["form"]
    seen = {name: given[name].value() for name in given.fields if given[name].value() is not None}
    assert first.post(url, {**seen, "area_m2": "130.00"}).status_code == 302
    late = second.post(url, {**seen, "area_m2": "140.00", "submission_key": uuid.uuid4()})
    assert late.status_code == 409
    assert "130.00" in late.content.decode() and "140.00" in late.content.decode()
    unit.refresh_from_db()
    assert str(unit.area_m2) == "130.00"
    keep = {name: value for name, value in seen.items() if name != "version"}
    retry = {**keep, "area_m2": "140.00", "version": late.context["version"], "submission_key": uuid.uuid4()}
    assert second.post(url, retry).status_code == 302
    unit.refresh_from_db()
    assert str(unit.area_m2) == "140.00"


def test_a_contact_changed_by_two_keeps_both_texts(cast: Cast, tower: Any, as_user: Any) -> None:
    contact = a_contact(cast, tower)
    url, client = reverse("tenants:contact_edit", args=[contact.pk]), as_user(cast.service_clerk)
    version = client.get(url).context["form"]["version"].value()
    given = {"kind": contact.kind, "name": contact.name, "phone": contact.phone, "is_active": "on", "version": version}
    assert client.post(url, {**given, "title": "行政经理", "submission_key": uuid.uuid4()}).status_code == 302
    late = client.post(url, {**given, "title": "办公室主任", "submission_key": uuid.uuid4()})
    assert late.status_code == 409
    assert "行政经理" in late.content.decode() and "办公室主任" in late.content.decode()


def test_the_same_name_and_size_with_other_bytes_is_another_upload() -> None:
    def sent(content: bytes) -> Any:
        return RequestFactory().post("/", {"scan": SimpleUploadedFile("a.pdf", content)})

    assert _payload_hash(sent(b"aaaa")) == _payload_hash(sent(b"aaaa"))
    assert _payload_hash(sent(b"aaaa")) != _payload_hash(sent(b"aaab"))


def test_four_digits_are_a_day_of_this_year() -> None:
    widget = ShortDateInput()
    assert widget.value_from_datadict({"on": "1123"}, {}, "on") == f"{timezone.localdate().year}1123"
    assert widget.value_from_datadict({"on": "2026-11-23"}, {}, "on") == "2026-11-23"


@pytest.mark.parametrize(("typed", "accepted"), [("1989-12-31", False), ("1990-01-01", True), ("2100-12-31", True), ("2101-01-01", False)])
def test_days_and_times_lie_between_1990_and_2100(typed: str, accepted: bool) -> None:
    class When(forms.Form):
        on = DateField()
        at = DateTimeField()

    errors = When({"on": typed, "at": f"{typed}T10:00"}).errors
    assert set(errors) == (set() if accepted else {"on", "at"})


def test_a_time_may_be_typed_in_short() -> None:
    class When(forms.Form):
        at = DateTimeField()

    form = When({"at": "20261123 14:30"})
    assert form.is_valid() and timezone.localtime(form.cleaned_data["at"]).strftime("%Y-%m-%d %H:%M") == "2026-11-23 14:30"
