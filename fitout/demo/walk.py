"""Takes an example fit-out along its life, each step by whose turn it is."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from io import BytesIO
from typing import Any

from django.utils import timezone
from PIL import Image, ImageDraw

from billing import services as billing
from billing.models import Refund
from core import files, papers, signing
from core.flow import flow_of
from core.models import StoredFile
from fitout import access
from fitout.demo import workers
from fitout.flow import FITOUT_FLOW, PASS_FLOW
from fitout.models import Discipline, Drawing, DrawingComment, DrawingVersion, Fitout, MaterialLine, WorkerPass
from fitout.services import drawings, facts, fees, intake, materials

S = Fitout.State
STROKES = [[{"x": 10.0, "y": 20.0}, {"x": 60.0, "y": 40.0}, {"x": 90.0, "y": 18.0}]]
MATERIALS = (
    ("轻钢龙骨", "75 系列", "北新建材", "隔墙、吊顶", "A"),
    ("耐火纸面石膏板", "12 mm", "北新建材", "隔墙、吊顶", "A"),
    ("方块地毯", "500 × 500 mm", "海马", "办公区地面", "B1"),
    ("低烟无卤电缆", "WDZB-BYJ 4 mm²", "远东", "照明与插座", "B1"),
)
HOUR = dt.timedelta(hours=1)


def a_plan(title: str) -> bytes:
    """A simple drawing of a floor plan."""
    picture = Image.new("RGB", (900, 640), "white")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((40, 40, 860, 560), outline="black", width=6)
    for x in (300, 580):
        pen.line((x, 40, x, 420), fill="black", width=3)
    pen.line((40, 420, 860, 420), fill="black", width=3)
    pen.text((60, 590), title.encode("ascii", "replace").decode(), fill="black")
    body = BytesIO()
    picture.save(body, "PNG")
    return body.getvalue()


def newest(drawing: Drawing) -> DrawingVersion:
    return drawing.versions.latest("version")


class Walk:
    """One fit-out under way. `to(state)` goes the straight way; each step is `pace` after the one before."""

    def __init__(self, fitout: Fitout, people: dict[str, Any], at: dt.datetime, pace: dt.timedelta) -> None:
        self.people, self.at, self.pace = people, at, pace
        self.fitout = intake.apply(fitout, by=people["service_clerk"], at=at)

    def to(self, state: str) -> Walk:
        """Goes on until that state is reached."""
        ways = {
            S.DRAFT: self._receive, S.RECEIVED: self._submit, S.DRAWING_REVIEW: self._pass, S.REWORK_NEEDED: self._resubmit,
            S.AWAITING_FEES: self._prepare, S.AWAITING_FIRE: self._fire, S.TO_ISSUE: self._issue, S.PERMITTED: self._start,
            S.ON_SITE: self._complete, S.TO_INSPECT: self._pass_inspection, S.TO_APPROVE: self._accept, S.ACCEPTED: self._refund,
        }  # fmt: skip
        while self.fitout.state != state:
            ways[S(self.fitout.state)]()
        return self

    def take(self, step: str, who: str, **said: Any) -> None:
        self.at += self.pace
        by = self.people[who] if who else None
        self.fitout = FITOUT_FLOW.take(self.fitout, step, by=by, at=self.at, **said)

    def file(self, name: str, purpose: str, who: str = "service_clerk") -> StoredFile:
        return files.keep_made(a_plan(name), "image/png", name=f"{name}.png", by=self.people[who], purpose=purpose)

    def hand_in(self, *, leave: int = 0) -> None:
        """All papers but so many."""
        lines = papers.missing(self.fitout, "receive")
        clerk = self.people["service_clerk"]
        for line in lines[: len(lines) - leave]:
            papers.receive(line.paper, by=clerk, at=self.at)
            papers.verify(line.paper, by=clerk, at=self.at)
        for name, specification, maker, used_for, rating in MATERIALS:
            told = {"name": name, "specification": specification, "maker": maker, "used_for": used_for, "rating": rating}
            materials.add(MaterialLine(fitout=self.fitout, **told), by=clerk)

    def sign(self, document: str, party: str, who: str, name: str = "") -> None:
        given: dict[str, Any] = {"method": "SCREEN", "strokes": STROKES} if name else {"method": "ACCOUNT"}
        by = self.people[who]
        signing.sign(self.fitout, document, party, by=by, at=self.at, name=name or str(by), **given)

    def _receive(self) -> None:
        self.hand_in()
        self.take("receive", "service_clerk")

    def _submit(self) -> None:
        clerk = self.people["service_clerk"]
        for number, discipline in enumerate(Discipline.objects.filter(is_required=True), 1):
            sheet = Drawing(fitout=self.fitout, discipline=discipline, sheet=f"{discipline.code[:2]}-{number:02}", title=discipline.name_zh)
            drawings.register(sheet, self.file(sheet.sheet, "fitout.drawing"), by=clerk, at=self.at)
        self.take("submit_drawings", "service_clerk")

    def return_one(self, comment: str, basis: str) -> Walk:
        """Engineering returns the first sheet with a comment and passes the others."""
        engineer = self.people["engineer"]
        for number, drawing in enumerate(self.fitout.drawings.all()):
            version = newest(drawing)
            if number == 0:
                drawings.comment(DrawingComment(version=version, text=comment, basis=basis), by=engineer)
            drawings.judge(version, "PASSED" if number else "RETURNED", by=engineer, at=self.at)
        self.take("return_drawings", "engineer")
        return self

    def _resubmit(self) -> None:
        clerk = self.people["service_clerk"]
        for drawing in self.fitout.drawings.all():
            if newest(drawing).verdict == "RETURNED":
                drawings.revise(drawing, self.file(f"{drawing.sheet}-2", "fitout.drawing"), by=clerk, at=self.at)
        self.take("resubmit_drawings", "service_clerk")

    def _pass(self) -> None:
        for drawing in self.fitout.drawings.all():
            drawings.judge(newest(drawing), "PASSED", by=self.people["engineer"], at=self.at)
        self.take("pass_drawings", "engineering_head")

    def bill(self) -> None:
        """The fees are billed and the deposit is asked for."""
        fees.ask(self.fitout, by=self.people["service_clerk"], at=self.at, payer_account="0200 2801 0920 0112 233")
        self.fitout.refresh_from_db()

    def pay(self) -> None:
        stamp = billing.Stamp(by=self.people["cashier"], at=self.at, on=timezone.localdate(self.at))
        for notice in access.standing_bills(self.fitout, "FEES"):
            picks = {row: row.outstanding for row in notice.charges.all()}
            billing.receive(self.fitout.tenant, notice.outstanding, "TRANSFER", stamp, picks=picks)
        for row in access.deposits(self.fitout):
            left = row.amount_due - row.taken
            billing.receive(self.fitout.tenant, left, "TRANSFER", stamp, deposits={row: left}, picks={}, payer=row.payer)
        self.fitout.refresh_from_db()

    def insure(self, until: dt.date) -> None:
        told: dict[str, Any] = {"insurer": "人保财险", "policy_number": f"PZAH{self.fitout.pk:08}", "amount": Decimal(3_000_000)}
        facts.insure(self.fitout, until=until, by=self.people["service_clerk"], **told)

    def _prepare(self) -> None:
        clerk = self.people["service_clerk"]
        if self.fitout.deposit is None:
            self.bill()
        self.pay()
        facts.collect_comments(self.fitout, person=self.fitout.tenant_contact, by=clerk, at=self.at)
        if self.fitout.insured_until is None:
            self.insure(self.fitout.ends_on + dt.timedelta(days=30))
        given = {"to": self.fitout.lead, "to_tenant": self.fitout.tenant_contact}
        facts.give_handbook(self.fitout, by=clerk, at=self.at, **given)
        for document in ("works_undertaking", "fire_undertaking"):
            self.sign(document, "TENANT", "service_clerk", self.fitout.tenant_contact)
            self.sign(document, "CONTRACTOR", "service_clerk", self.fitout.lead)
        self.fitout.refresh_from_db()
        self.take("send_to_fire_review", "service_clerk")

    def _fire(self) -> None:
        if access.needs_fire_receipt(self.fitout):
            told: dict[str, Any] = {
                "number": f"消报审 {self.at:%Y}-{self.fitout.pk:03}",
                "on": timezone.localdate(self.at),
                "route": "REVIEW",
            }
            file = self.file("fire-receipt", "fitout.fire_receipt", "guard")
            facts.file_fire_receipt(self.fitout, by=self.people["guard"], at=self.at, file=file, **told)
        self.take("pass_fire_review", "guard")

    def heads_sign(self, *parties: str) -> None:
        who = {"SERVICE_HEAD": "service_head", "ENGINEERING_HEAD": "engineering_head", "SECURITY_HEAD": "security_head"}
        for party in parties or tuple(who):
            self.sign("permit", party, who[party])
        self.fitout.refresh_from_db()

    def _issue(self) -> None:
        self.heads_sign()

    def _start(self) -> None:
        guard = self.people["guard"]
        workers.workers_of(self.fitout, self.people, self.at)
        facts.count_own_extinguishers(self.fitout, number=access.extinguishers_needed(self.fitout), by=guard)
        facts.see_door_set(self.fitout, by=guard, at=self.at)
        facts.inspect_protection(self.fitout, passed=True, note="", by=self.people["service_clerk"], at=self.at)
        self.take("start_work", "service_clerk")

    def _complete(self) -> None:
        said = {"applicant": self.fitout.lead, "inspection_at": self.at + 24 * HOUR}
        self.take("apply_completion", "service_clerk", **said)

    def _pass_inspection(self) -> None:
        for row in self.fitout.passes.filter(state__in=WorkerPass.HELD):
            PASS_FLOW.take(row, "take_back", by=self.people["guard"], at=self.at)
        who = {"SERVICE_HEAD": "service_head", "ENGINEERING_HEAD": "engineering_head", "SECURITY_HEAD": "security_head"}
        for party, username in who.items():
            self.sign("completion", party, username)
        self.sign("completion", "TENANT", "service_clerk", self.fitout.tenant_contact)
        self.sign("completion", "CONTRACTOR", "service_clerk", self.fitout.lead)
        self.fitout.refresh_from_db()

    def _accept(self) -> None:
        self.take("accept_completion", "property_manager")

    def _refund(self) -> None:
        life: Any = flow_of(Refund)
        for refund in Refund.objects.filter(deposit__in=access.works_deposits(self.fitout), state="APPROVED"):
            life.take(refund, "pay", by=self.people["cashier"], at=self.at)
        self.take("close", "")
