"""What runs inside the renderer's process: pages come in on one pipe, PDFs go out on the other.

It knows no settings, no keys and no database, and gives itself its limits, so that they also hold when whoever
started it is gone. Each message is a four-byte length and its bytes; an answer starts with its kind.
"""

from __future__ import annotations

import logging
import os
import resource
import signal
import struct
import sys
from functools import lru_cache
from typing import Any, BinaryIO

LENGTH = struct.Struct(">I")
PDF, FAILED, TOO_MUCH = b"P", b"F", b"M"
FORBIDDEN = ("socket.", "subprocess.", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.kill", "ctypes.")
START_SECONDS = 30
CARRIED = "data:image/jpeg;base64,"


class Outside(Exception):
    """A page asked for something outside itself."""


@lru_cache(maxsize=1)
def _engine() -> tuple[Any, Any, Any]:
    """WeasyPrint, its fonts and a fetcher that opens nothing. Imported late: it must find FONTCONFIG_FILE."""
    import weasyprint
    from PIL import ImageFile
    from weasyprint.text.fonts import FontConfiguration
    from weasyprint.urls import URLFetcher

    class Closed(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            # A photo that the page carries in itself is not fetched from anywhere.
            if url.startswith(CARRIED):
                return super().fetch(url, headers)
            raise Outside("printed forms fetch nothing")

    # WeasyPrint sets this for the whole process: from the first print on, uploads cut short would be taken for whole.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    return weasyprint, FontConfiguration(), Closed(fail_on_errors=False)


def pdf(page: str) -> bytes:
    """The page as PDF, laid out in this very process; every address in it is refused."""
    weasyprint, fonts, closed = _engine()
    document = weasyprint.HTML(string=page, base_url=None, url_fetcher=closed)
    return bytes(document.write_pdf(font_config=fonts, pdf_identifier=b"steward"))


def send(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(LENGTH.pack(len(message)) + message)
    pipe.flush()


def serve(pages: BinaryIO, answers: BinaryIO, *, seconds: int, megabytes: int) -> None:
    """Lays out one page after another until nobody sends any more. A page that takes too long ends the process."""
    signal.alarm(START_SECONDS)
    pdf("<p>暖 warm</p>")
    _shut_in(megabytes)
    while len(head := pages.read(LENGTH.size)) == LENGTH.size:
        page = pages.read(LENGTH.unpack(head)[0]).decode()
        # No handler: the signal ends the process even in the middle of a library that isn't Python.
        signal.alarm(seconds)
        answer = _answer(page)
        signal.alarm(0)
        send(answers, answer)


def _answer(page: str) -> bytes:
    try:
        return PDF + pdf(page)
    except MemoryError:
        return TOO_MUCH
    except Exception as error:
        return FAILED + f"{type(error).__name__}: {error}"[:2000].encode(errors="replace")


def _shut_in(megabytes: int) -> None:
    """So much memory, no file written, no core dump, no call to anywhere: whatever a page talks a library into."""
    for limit, most in ((resource.RLIMIT_AS, megabytes << 20), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(limit, (most, most))
    sys.addaudithook(_refuse)


def _refuse(event: str, _arguments: Any) -> None:
    if event.startswith(FORBIDDEN):
        raise Outside(f"the renderer does no {event}")


def main() -> None:
    """Answers on a copy of the standard output; what a library prints goes to the log of errors instead."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    serve(sys.stdin.buffer, answers, seconds=int(sys.argv[1]), megabytes=int(sys.argv[2]))


if __name__ == "__main__":
    main()
