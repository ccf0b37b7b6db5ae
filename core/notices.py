"""The bell: one row in each recipient's inbox, then the configured channels. Rows commit with what they tell of."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from core import kinds, queue
from core.models import Notice, UserSetting

logger = logging.getLogger(__name__)
DIGEST = "digest"
NEVER_MUTED = ("overdue", "emergency")


_topics: dict[str, Any] = {}


def name_topic(topic: str, label: Any) -> None:
    """Gives a topic the words by which people mute it."""
    _topics[topic] = label


def topic_label(topic: str) -> str:
    """A topic in words; its own name where nobody gave any."""
    return str(_topics.get(topic, topic))


def tell(
    users: Iterable[Any],
    text: str,
    *,
    topic: str,
    record: models.Model | None = None,
    by: Any = None,
    **details: Any,
) -> int:
    """Puts a line into each person's inbox, except `by`'s own; returns how many.

    `text` is an English message with %(name)s places, stored untranslated and shown in the reader's language.
    Details: values (dict), url, weight, dedupe (a key: the same key again tells nobody twice).
    """
    values, dedupe = details.get("values", {}), details.get("dedupe")
    now = timezone.now()
    others = {user.pk: user for user in users if by is None or user.pk != by.pk}
    muted = _muted(topic) if others else set()
    people = {key: user for key, user in others.items() if key not in muted}
    rows = [
        Notice(
            recipient=user,
            topic=topic,
            weight=details.get("weight", Notice.Weight.NORMAL),
            text=text,
            values={name: str(value) for name, value in values.items()},
            url=details.get("url") or _url(record),
            content_type=ContentType.objects.get_for_model(record) if record else None,
            object_id=record.pk if record else None,
            dedupe=f"{dedupe}:{user.pk}" if dedupe else None,
            created_at=now,
        )
        for user in people.values()
    ]
    made = Notice.objects.bulk_create(rows, ignore_conflicts=bool(dedupe))
    if dedupe:
        # What another hand has told already was left out in silence.
        made = list(Notice.objects.filter(dedupe__in=[row.dedupe for row in rows], created_at=now))
    for row in made if _channels() else ():
        queue.enqueue("core.tasks.send_notice", notice_id=row.pk)
    return len(made)


def _url(record: models.Model | None) -> str:
    return kinds.of(record).url(record) if record is not None and kinds.known(record) else ""


def _muted(topic: str) -> set[int]:
    if topic.startswith(NEVER_MUTED):
        return set()
    return set(UserSetting.objects.filter(key=f"mute:{topic}", value=True).values_list("user_id", flat=True))


def words(notice: Notice) -> str:
    """A notice in the language of the page."""
    try:
        return _(notice.text) % notice.values
    except (KeyError, ValueError, TypeError):
        return _(notice.text)


def unread_count(user: Any) -> int:
    """How many lines somebody has not read."""
    return Notice.objects.filter(recipient=user, read_at=None).count()


def inbox(user: Any) -> models.QuerySet[Notice]:
    """Somebody's lines, newest first."""
    return Notice.objects.filter(recipient=user).order_by("-created_at", "-pk")


def latest(user: Any) -> models.QuerySet[Notice]:
    """The newest of somebody's lines about each record, newest first; a line about no record stands for itself."""
    same = Notice.objects.filter(recipient=user, content_type=OuterRef("content_type"), object_id=OuterRef("object_id"))
    newer = same.filter(Q(created_at__gt=OuterRef("created_at")) | Q(created_at=OuterRef("created_at"), pk__gt=OuterRef("pk")))
    return inbox(user).filter(~Exists(newer))


def earlier(user: Any, lines: Iterable[Notice]) -> dict[int, list[Notice]]:
    """Key of a line -> the older ones about the same record, newest first, a thousand in all; one query."""
    heads: dict[tuple[int | None, int | None], int] = {
        (line.content_type_id, line.object_id): line.pk for line in lines if line.object_id is not None
    }
    wanted = Q(pk__in=[])
    for kind in {kind for kind, _pk in heads}:
        wanted |= Q(content_type=kind, object_id__in=[pk for each, pk in heads if each == kind])
    found: dict[int, list[Notice]] = {}
    for row in inbox(user).filter(wanted).exclude(pk__in=heads.values())[:1000]:
        found.setdefault(heads[(row.content_type_id, row.object_id)], []).append(row)
    return found


def read_up_to(user: Any, lines: Iterable[Notice]) -> int:
    """Marks these lines and the older ones about the same records as read: whoever opens a record has the whole story."""
    wanted = Q(pk__in=[line.pk for line in lines])
    for line in lines:
        if line.object_id is not None:
            wanted |= Q(content_type=line.content_type_id, object_id=line.object_id, created_at__lte=line.created_at)
    return Notice.objects.filter(wanted, recipient=user, read_at=None).update(read_at=timezone.now())


def mark_read(user: Any, pk: int | None = None) -> int:
    """Marks one line, or all, as read."""
    rows = Notice.objects.filter(recipient=user, read_at=None)
    return (rows if pk is None else rows.filter(pk=pk)).update(read_at=timezone.now())


def _channels() -> bool:
    return bool(settings.EMAIL_URL or settings.NOTIFY_URLS)


def send(notice_id: int) -> None:
    """Passes a notice on by e-mail and webhooks, once. Off unless EMAIL_URL or NOTIFY_URLS is set."""
    notice = Notice.objects.select_related("recipient").filter(pk=notice_id, mailed_at=None).first()
    if notice is None or not _channels() or _waits_for_digest(notice):
        return
    with translation.override(_language(notice.recipient)):
        _mail(notice, words(notice), "\n".join([words(notice), notice.url]))
    with transaction.atomic():
        # A row of its own: a webhook that fails must not mail the reader again.
        Notice.objects.filter(pk=notice.pk).update(mailed_at=timezone.now())
        if settings.NOTIFY_URLS:
            queue.enqueue("core.notices.call_webhooks", dedupe=f"webhook:{notice.pk}", notice_id=notice.pk)


def _language(reader: Any) -> str:
    return getattr(reader, "language", "") or settings.LANGUAGE_CODE


@queue.leased
def call_webhooks(notice_id: int) -> None:
    """Passes a notice on to the webhooks; raises when one refuses it, so that the queue tries again."""
    notice = Notice.objects.select_related("recipient").filter(pk=notice_id).first()
    if notice is not None and settings.NOTIFY_URLS:
        with translation.override(_language(notice.recipient)):
            _webhooks(words(notice), "\n".join([words(notice), notice.url]))


def _waits_for_digest(notice: Notice) -> bool:
    return notice.weight == Notice.Weight.NORMAL and notice.recipient_id in digest_readers()


def digest_readers() -> set[int]:
    """Ids of the people who want one mail a day; urgent notices reach them at once all the same."""
    return set(UserSetting.objects.filter(key=DIGEST, value=True).values_list("user_id", flat=True))


@queue.leased
def send_digests(day: str) -> int:
    """Mails each reader of the digest what is unread and was not mailed yet; how many mails went out.

    `day` names the run in the outbox, which calls this once a day. Off unless EMAIL_URL is set.
    """
    if not settings.EMAIL_URL:
        return 0
    rows = Notice.objects.filter(recipient_id__in=digest_readers(), read_at=None, mailed_at=None).exclude(recipient__email="")
    by_reader: dict[Any, list[Notice]] = {}
    for notice in rows.select_related("recipient").order_by("recipient_id", "pk"):
        by_reader.setdefault(notice.recipient, []).append(notice)
    for reader, lines in by_reader.items():
        _mail_digest(reader, lines, day)
    return len(by_reader)


def _mail_digest(reader: Any, lines: list[Notice], day: str) -> None:
    from django.core.mail import send_mail

    with translation.override(_language(reader)):
        subject = _("%(count)d notifications, %(day)s") % {"count": len(lines), "day": day}
        body = "\n".join(f"- {words(line)} {line.url}" for line in lines)
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [reader.email])
    Notice.objects.filter(pk__in=[line.pk for line in lines]).update(mailed_at=timezone.now())


def _mail(notice: Notice, subject: str, body: str) -> None:
    if settings.EMAIL_URL and notice.recipient.email:
        from django.core.mail import send_mail

        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [notice.recipient.email])


def _webhooks(subject: str, body: str) -> None:
    if not settings.NOTIFY_URLS:
        return
    import apprise

    channels = apprise.Apprise()
    channels.add(settings.NOTIFY_URLS)
    if not channels.notify(title=subject, body=body):
        raise RuntimeError("a webhook refused the notice")
