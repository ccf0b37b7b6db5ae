"""Drawings are registered by customer service and reviewed by engineering until they pass (manual 3.2.4-1.2, 3.2.4-2)."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from core.flow import NotAllowed, Refused
from core.models import Notice
from fitout.flow import FITOUT_FLOW
from fitout.models import Discipline, Drawing, DrawingComment
from fitout.services import drawings, facts
from tests.core.uploads import picture
from tests.fitout.factories import S, a_file, a_fitout, hand_in_papers, pass_every_drawing, register_drawings, take

clause = pytest.mark.clause


def returned(cast: Any, tower: Any) -> Any:
    """A fit-out whose first sheet engineering returned with a comment."""
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    first, *_others = fitout.drawings.all()
    said = DrawingComment(text="疏散门宽度不足 0.9 m", basis="GB 50016-2014 5.5.18")
    drawings.review(first.versions.get(), "RETURNED", said, by=cast.engineer, at=timezone.now())
    drawings.pass_the_rest(fitout, by=cast.engineer, at=timezone.now())
    return take(fitout, "return_drawings", cast.engineer)


@clause("M3.2.4-1.2")
def test_customer_service_registers_a_sheet_and_hands_it_to_engineering(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.RECEIVED)
    clerk = as_user(cast.service_clerk)
    for number, discipline in enumerate(Discipline.objects.filter(is_required=True)):
        file = SimpleUploadedFile("plan.jpg", picture(), "image/jpeg")
        typed = {"discipline": discipline.pk, "sheet": f"S-{number}", "title": "平面图", "file": file, "submission_key": uuid.uuid4()}
        assert clerk.post(reverse("fitout:drawing_new", args=[fitout.pk]), typed).status_code == 302
    assert "S-0 平面图" in clerk.get(reverse("fitout:fitout_detail", args=[fitout.pk])).content.decode()
    taken = clerk.post(reverse("fitout:fitout_step", args=[fitout.pk, "submit_drawings"]), {"submission_key": uuid.uuid4()})
    assert taken.status_code == 302
    fitout.refresh_from_db()
    assert (fitout.state, fitout.review_round) == (S.DRAWING_REVIEW, 1) and fitout.due_at > timezone.now()
    assert Notice.objects.filter(recipient=cast.engineer, topic="fitout").exists()


@clause("M3.2.4-1.2")
def test_a_missing_discipline_keeps_the_drawings_from_engineering(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.RECEIVED)
    register_drawings(fitout, cast)
    fitout.drawings.last().versions.all().delete()
    Drawing.objects.filter(pk=fitout.drawings.last().pk).delete()
    with pytest.raises(Refused, match="Drawings are missing: Fire protection"):
        take(fitout, "submit_drawings", cast.service_clerk)


def test_only_engineering_judges_a_sheet(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    version = fitout.drawings.first().versions.get()
    with pytest.raises(NotAllowed):
        drawings.judge(version, "PASSED", by=cast.service_clerk, at=timezone.now())


def test_a_sheet_is_not_returned_without_saying_what_must_be_rectified(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    with pytest.raises(Refused, match="what must be rectified"):
        drawings.judge(fitout.drawings.first().versions.get(), "RETURNED", by=cast.engineer, at=timezone.now())


@clause("M3.2.4-2.3")
def test_returned_sheets_are_revised_and_reviewed_again_until_they_pass(cast: Any, tower: Any) -> None:
    fitout = returned(cast, tower)
    assert fitout.state == S.REWORK_NEEDED
    assert Notice.objects.filter(recipient=cast.service_clerk, topic="fitout").exists()
    with pytest.raises(Refused, match="Register the revised version of: S-01"):
        take(fitout, "resubmit_drawings", cast.service_clerk)
    drawings.revise(fitout.drawings.first(), a_file(cast.service_clerk), by=cast.service_clerk, at=timezone.now())
    fitout = take(fitout, "resubmit_drawings", cast.service_clerk)
    assert (fitout.state, fitout.review_round) == (S.DRAWING_REVIEW, 2)
    drawings.pass_the_rest(fitout, by=cast.engineer, at=timezone.now())
    fitout = take(fitout, "pass_drawings", cast.engineering_head)
    assert fitout.state == S.AWAITING_FEES
    assert next((row.drawing.sheet, row.version, row.review_round) for row in drawings.approved(fitout)) == ("S-01", 2, 2)


def test_a_passed_sheet_is_not_replaced(cast: Any, tower: Any) -> None:
    fitout = returned(cast, tower)
    passed = fitout.drawings.last()
    with pytest.raises(Refused, match="has passed"):
        drawings.revise(passed, a_file(cast.service_clerk), by=cast.service_clerk, at=timezone.now())


def test_nothing_is_registered_while_engineering_reviews(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    sheet = Drawing(fitout=fitout, discipline=Discipline.objects.first(), sheet="X-1", title="补图")
    with pytest.raises(Refused, match="with engineering"):
        drawings.register(sheet, a_file(cast.service_clerk), by=cast.service_clerk, at=timezone.now())


@clause("M3.2.4-2")
@clause("M3.2.4-2.1")
@clause("M3.2.3-1")
def test_the_drawings_pass_when_each_sheet_has_and_the_head_of_engineering_signs(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    with pytest.raises(Refused, match="Not reviewed yet"):
        take(fitout, "pass_drawings", cast.engineering_head)
    pass_every_drawing(fitout, cast)
    with pytest.raises(NotAllowed):
        take(fitout, "pass_drawings", cast.engineer)
    fitout = take(fitout, "pass_drawings", cast.engineering_head)
    from core import signing

    [row] = [row for row in signing.panel(fitout) if row.document.key == "drawings"]
    assert row.is_valid and row.signoff is not None and row.signoff.user == cast.engineering_head
    assert "S-01" in row.signoff.text and "PASSED" in row.signoff.text


@clause("M3.2.4-2.2")
def test_the_tenant_collects_the_comments_before_the_fit_out_goes_on(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.AWAITING_FEES)
    texts = [blocker.text for option in FITOUT_FLOW.options(fitout, cast.service_clerk) for blocker in option.blockers]
    assert "The Drawing Review Comments were not collected yet." in texts
    assert Notice.objects.filter(recipient=cast.service_clerk, text__contains="collect the comments").exists()
    page = reverse("fitout:comments_collected", args=[fitout.pk])
    assert as_user(cast.service_clerk).post(page, {"person": "刘洋", "submission_key": uuid.uuid4()}).status_code == 302
    fitout.refresh_from_db()
    assert fitout.comments_collected_by == "刘洋" and fitout.comments_collected_at is not None


def test_comments_are_collected_anew_after_another_round(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    facts.collect_comments(fitout, person="刘洋", by=cast.service_clerk, at=timezone.now())
    pass_every_drawing(fitout, cast)
    assert take(fitout, "pass_drawings", cast.engineering_head).comments_collected_at is None


@clause("M3.2.4-2.2.F1")
def test_the_drawing_review_comments_print_every_round_with_the_heads_signature(cast: Any, tower: Any, as_user: Any) -> None:
    from core import printing
    from fitout.printing.permit import comments

    fitout = returned(cast, tower)
    said = comments(fitout)
    assert said["comments"] == [("S-01", "平面与隔断图", "v1", "疏散门宽度不足 0.9 m", "GB 50016-2014 5.5.18", "Yes")]
    drawings.revise(fitout.drawings.first(), a_file(cast.service_clerk), by=cast.service_clerk, at=timezone.now())
    fitout = take(fitout, "resubmit_drawings", cast.service_clerk)
    drawings.pass_the_rest(fitout, by=cast.engineer, at=timezone.now())
    fitout = take(fitout, "pass_drawings", cast.engineering_head)
    form = printing.form_of(type(fitout), "drawing-comments")
    assert form is not None and printing.boxes(form, fitout)[0]["signoff"].name == str(cast.engineering_head)
    answer = as_user(cast.service_clerk).get(reverse("fitout:fitout_print", args=[fitout.pk, "drawing-comments"]))
    assert answer.status_code == 200 and answer["Content-Type"] == "application/pdf"


def test_the_register_of_drawings_names_what_waits_for_review(cast: Any, tower: Any, as_user: Any) -> None:
    fitout = a_fitout(cast, tower, at=S.DRAWING_REVIEW)
    drawings.judge(fitout.drawings.first().versions.get(), "PASSED", by=cast.engineer, at=timezone.now())
    shown = as_user(cast.engineer).get(reverse("fitout:drawing_list"), {"verdict": "WAITING"}).content.decode()
    assert "S-02" in shown and "S-01" not in shown
    assert "S-02" not in as_user(cast.outsider).get(reverse("fitout:drawing_list")).content.decode()


def test_papers_come_before_the_application_is_accepted(cast: Any, tower: Any) -> None:
    fitout = a_fitout(cast, tower)
    with pytest.raises(Refused, match="Missing papers"):
        take(fitout, "receive", cast.service_clerk)
    hand_in_papers(fitout, cast)
    assert take(fitout, "receive", cast.service_clerk).state == S.RECEIVED
