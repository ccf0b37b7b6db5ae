"""Front-end packages straight from node_modules, as static files: only what is listed here is ever served."""

from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.files.storage import FileSystemStorage

# A whole `dist` folder would not do: some of its files name source maps that are not shipped. So files, each with its map (`x.min.css*`).
VENDOR: dict[str, tuple[str, tuple[str, ...]]] = {
    "vendor/tabler": ("@tabler/core/dist", ("css/tabler.min.css*", "css/tabler-vendors.min.css*", "js/tabler.min.js*")),
    "vendor/noto-sans-sc": ("@fontsource-variable/noto-sans-sc", ("index.css", "files/*-wght-normal.woff2")),
    "vendor/tom-select": ("tom-select/dist", ("css/tom-select.bootstrap5.min.css*", "js/tom-select.complete.min.js*")),
    "vendor/signature-pad": ("signature_pad/dist", ("signature_pad.umd.min.js*",)),
    "vendor/jsqr": ("jsqr/dist", ("jsQR.js",)),
}


class VendorFinder(BaseFinder):
    """Finds `vendor/<prefix>/<file>` for the files listed in VENDOR."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.storages = {prefix: self._storage(prefix, folder) for prefix, (folder, _globs) in VENDOR.items()}

    @staticmethod
    def _storage(prefix: str, folder: str) -> FileSystemStorage:
        storage = FileSystemStorage(location=Path(settings.NODE_MODULES) / folder)
        storage.prefix = prefix  # type: ignore[attr-defined]
        return storage

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        """The absolute path of a listed file that exists, or `[]`; a list of them with `find_all`."""
        for prefix, storage in self.storages.items():
            name = path.removeprefix(f"{prefix}/")
            if name != path and self._is_listed(prefix, name) and storage.exists(name):
                return [storage.path(name)] if find_all else storage.path(name)
        return []

    def list(self, ignore_patterns: Any) -> Iterator[tuple[str, FileSystemStorage]]:
        for prefix, storage in self.storages.items():
            root = Path(storage.location)
            for pattern in VENDOR[prefix][1]:
                for found in sorted(root.glob(pattern)):
                    yield found.relative_to(root).as_posix(), storage

    @staticmethod
    def _is_listed(prefix: str, name: str) -> bool:
        return ".." not in name and any(fnmatch(name, pattern) for pattern in VENDOR[prefix][1])
