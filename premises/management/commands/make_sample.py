from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from premises import sample


class Command(BaseCommand):
    help = "Writes the sample workbooks of a Beijing tower: premises and tenants. The same content every time."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", nargs="?", type=Path, default=sample.FOLDER)

    def handle(self, *args: Any, **options: Any) -> None:
        for path in sample.make(options["folder"]):
            self.stdout.write(str(path))
