"""The nouns every app shares: records and what hangs on them. No domain word in here."""

from core.models.consent import Paper, PaperKind, SignOff
from core.models.records import Attached, Counter, HistoryEntry, Record, Recorded, phone_validator
from core.models.stored import FileView, KeptPaper, PrintLog, SearchEntry, StoredFile
from core.models.work import CalendarDay, DeadLetter, Draft, Job, Notice, Outbox, SavedView, Submission, UserSetting
from core.text import CleanCharField, CleanTextField

__all__ = [
    "Attached",
    "CalendarDay",
    "CleanCharField",
    "CleanTextField",
    "Counter",
    "DeadLetter",
    "Draft",
    "FileView",
    "HistoryEntry",
    "Job",
    "KeptPaper",
    "Notice",
    "Outbox",
    "Paper",
    "PaperKind",
    "PrintLog",
    "Record",
    "Recorded",
    "SavedView",
    "SearchEntry",
    "SignOff",
    "StoredFile",
    "Submission",
    "UserSetting",
    "phone_validator",
]
