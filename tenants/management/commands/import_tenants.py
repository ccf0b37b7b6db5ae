from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core import imports
from core.flow import Refused
from tenants.imports import TenantsImport


class Command(BaseCommand):
    help = "Loads tenants, contacts and leases from a workbook, all or nothing. Every bad row is named with sheet, row, column and reason."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", help="an .xlsx as docs/samples/beijing-tower-tenants.xlsx")
        parser.add_argument("--dry-run", action="store_true", help="check only")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = imports.run(TenantsImport(), options["file"], by=None, at=timezone.now(), dry_run=options["dry_run"])
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(report.as_text())
        if report.problems:
            raise CommandError(report.refusal())
