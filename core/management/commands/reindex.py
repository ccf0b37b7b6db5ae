from typing import Any

from django.core.management.base import BaseCommand

from core import kinds, search


class Command(BaseCommand):
    help = "Rebuilds the search index from the records."

    def handle(self, *args: Any, **options: Any) -> None:
        for kind in kinds.all_kinds():
            if kind.search:
                self.stdout.write(f"{kind.label}: {search.reindex(kind)}")
