"""A bad page can't hurt: it is laid out in a process of its own, with so much time and memory (reliability H5)."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import monotonic

import pikepdf
import pytest
from django.conf import settings

from core import printing
from core.renderer.process import ROOT, Failed, Renderer, TooMuch

SLOW = "<table>" + "<tr><td>一些文字 text</td><td>123</td></tr>" * 20000 + "</table>"
Make = Callable[..., Renderer]


@pytest.fixture
def renderer() -> Iterator[Make]:
    made: list[Renderer] = []

    def make(**limits: int) -> Renderer:
        made.append(Renderer(printing.font_folder() / "fonts.conf", **limits))
        return made[-1]

    yield make
    for each in made:
        each.close()


def pages(body: bytes) -> int:
    with pikepdf.open(io.BytesIO(body)) as opened:
        return len(opened.pages)


def child_of(renderer: Renderer) -> int:
    assert renderer._child is not None
    return renderer._child.pid


def test_one_process_prints_page_after_page(renderer: Make) -> None:
    one = renderer()
    assert one.pdf("<p>甲</p>").startswith(b"%PDF")
    first = child_of(one)
    assert one.pdf("<p>乙</p>").startswith(b"%PDF")
    assert child_of(one) == first != os.getpid()


def test_a_page_that_takes_too_long_is_given_up_and_the_next_is_printed(renderer: Make) -> None:
    one = renderer(seconds=2)
    one.pdf("<p>warm</p>")
    start = monotonic()
    with pytest.raises(TooMuch):
        one.pdf(SLOW)
    assert monotonic() - start < 6
    assert one.pdf("<p>甲</p>").startswith(b"%PDF")


def test_a_page_that_wants_too_much_memory_ends_the_renderer_alone(renderer: Make) -> None:
    one = renderer(megabytes=300)
    with pytest.raises(TooMuch):
        one.pdf("长" * (100 << 20))
    assert one.pdf("<p>甲</p>").startswith(b"%PDF")


def test_a_renderer_that_was_killed_is_replaced(renderer: Make) -> None:
    one = renderer()
    one.pdf("<p>甲</p>")
    first = one._child
    assert first is not None
    first.kill()
    first.wait()
    assert one.pdf("<p>乙</p>").startswith(b"%PDF")


def test_a_used_renderer_makes_room_for_a_new_one(renderer: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("core.renderer.process.PAGES_EACH", 2)
    one, seen = renderer(), set()
    for _page in range(3):
        one.pdf("<p>甲</p>")
        seen.add(child_of(one))
    assert len(seen) == 2


def test_threads_take_turns_and_get_their_own_pages(renderer: Make) -> None:
    one = renderer()
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda n: one.pdf("<p style='break-after: page'>甲</p>" * n), range(1, 9)))
    # A break after the last line begins no page.
    assert [pages(body) for body in made] == list(range(1, 9))


def test_it_knows_no_key_and_no_database(renderer: Make) -> None:
    one = renderer()
    one.pdf("<p>甲</p>")
    environment = Path(f"/proc/{child_of(one)}/environ").read_text()
    assert settings.SECRET_KEY not in environment
    assert not [name for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL", "FIELD_KEYS") if name in environment]


def test_it_ends_when_nobody_sends_pages_any_more(renderer: Make) -> None:
    one = renderer()
    one.pdf("<p>甲</p>")
    child = one._child
    assert child is not None
    assert child.stdin is not None
    child.stdin.close()
    assert child.wait(10) == 0


def test_a_page_that_is_wrong_is_named_and_keeps_the_renderer(renderer: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    one = renderer()
    one.pdf("<p>甲</p>")
    first = child_of(one)
    monkeypatch.setattr("core.renderer.process._exchange", lambda child, page, until: "FValueError: 字".encode())
    with pytest.raises(Failed, match="ValueError: 字"):
        one.pdf("<p>乙</p>")
    assert child_of(one) == first


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.execv('/bin/true', ['true'])",
        "open('/tmp/steward-canary', 'w').write('x' * 99999)",
    ],
)
def test_it_calls_nobody_starts_nothing_and_writes_no_file(attempt: str) -> None:
    caught = "except (engine.Outside, OSError) as error: print('refused', type(error).__name__)"
    code = f"from core.renderer import engine; engine._shut_in(512)\ntry:\n  {attempt}\n{caught}"
    made = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert made.stdout.startswith("refused"), made.stderr
    if "socket" not in attempt and "open(" not in attempt:
        assert "Outside" in made.stdout
