"""Loads the demo: the accounts, the sample tower, its tenants and a day's work."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

# People get their posts first and their buildings once these exist.
ORDER = ("staff", "premises", "staff", "rounds", "tenants", "billing", "complaints", "repairs", "frontdesk")


class Command(BaseCommand):
    help = "Makes the demo accounts and data; what is there already stays. --list shows the accounts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", action="store_true", help="only list the accounts: name, tab, what they do")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["list"]:
            for username, does in import_module("staff.demo").accounts():
                self.stdout.write(f"{username}\t{does}")
            return
        now = timezone.now()
        for app in ORDER:
            if find_spec(f"{app}.demo"):
                import_module(f"{app}.demo").load(now)
        self.stdout.write("The demo data is loaded.")
