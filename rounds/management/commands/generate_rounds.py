from __future__ import annotations

import datetime as dt
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from rounds.services import generation


class Command(BaseCommand):
    help = "Makes the rounds of all running plans until a day. Running it again makes nothing twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--until", help="the last day, for example 2026-12-31; else as far ahead as the house makes them")

    def handle(self, *arguments: Any, **options: Any) -> None:
        try:
            until = dt.date.fromisoformat(options["until"]) if options["until"] else None
        except ValueError as error:
            raise CommandError("--until takes a day such as 2026-12-31.") from error
        begin = time.monotonic()
        made = generation.generate_due(timezone.now(), until=until, wait=True)
        self.stdout.write(f"{made} rounds made in {time.monotonic() - begin:.1f} s")
