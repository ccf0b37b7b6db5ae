"""What workers and the scheduler call. The rows decide what is due; running any of these twice does no harm."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from celery import shared_task
from django.core.cache import cache
from django.utils import timezone

from core import export_jobs, jobs, notices, queue, signing
from core.models import Draft, Submission


@shared_task
def relay() -> None:
    """Does what the outbox holds."""
    cache.set("worker-pulse", timezone.now().isoformat(), 150)
    queue.drain(timezone.now())


@shared_task
def tick() -> None:
    """Once a minute: everything that falls due by the clock."""
    queue.tick(timezone.now())


@shared_task
@queue.leased
def run_job(job_id: int) -> None:
    """Runs a long job."""
    jobs.run(job_id)


@shared_task
@queue.leased
def send_notice(notice_id: int) -> None:
    """Passes one notice on by the configured channels."""
    notices.send(notice_id)


@queue.every_tick
def sweep(now: object) -> None:
    """Forgets drafts after 30 days, sent forms and done outbox rows after 14, files of exports after 7."""
    at = timezone.now()
    Draft.objects.filter(saved_at__lt=at - timedelta(days=30)).delete()
    Submission.objects.filter(created_at__lt=at - timedelta(days=14)).delete()
    queue.forget_done(at - timedelta(days=14))
    export_jobs.forget_expired(at)


@queue.every_tick
def morning(now: datetime) -> None:
    """Has the day's digests mailed from eight o'clock on, once."""
    local = timezone.localtime(now)
    if local.hour >= 8:
        day = local.date().isoformat()
        queue.enqueue("core.notices.send_digests", dedupe=f"digest:{day}", day=day)


@queue.every_tick
def look_for_late_countersignatures(now: datetime) -> None:
    """Has those who are late reminded from eight o'clock on, once a day."""
    local = timezone.localtime(now)
    if local.hour >= 8:
        day = local.date().isoformat()
        queue.enqueue("core.tasks.remind_to_countersign", dedupe=f"countersign:{day}", day=day)


def remind_to_countersign(day: str) -> None:
    """Tells those who are late with a countersignature."""
    signing.remind_to_countersign(date.fromisoformat(day))
