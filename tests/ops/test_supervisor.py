"""Children: started, restarted, stopped together, and never left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ops.children import Child, Program, finish
from ops.places import ROOT
from ops.say import Failed
from ops.supervisor import Maker, Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def gone(pid: int, *, within: float) -> bool:
    until = time.monotonic() + within
    while time.monotonic() < until:
        state = Path(f"/proc/{pid}/stat")
        if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.02)
    return False


def supervise(tmp_path: Path, body: str) -> subprocess.Popen[str]:
    """A supervisor in a process of its own; it prints the process ids of its children."""
    script = f"""
import sys
from pathlib import Path
from ops.children import Child, Program
from ops.supervisor import Stop, Supervisor
from ops.say import Failed
supervisor = Supervisor()
supervisor.catch_signals()
def child(name, source="import time; time.sleep(60)"):
    return Child(Program(name, [sys.executable, "-c", source], Path({str(tmp_path)!r}) / (name + ".log")))
try:
{"".join(f"    {line}{chr(10)}" for line in body.strip().splitlines())}
except Failed as problem:
    print("failed:", problem, flush=True)
except Stop:
    supervisor.stop()
    print("stopped", flush=True)
"""
    return subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


ONE_CHILD = """
one = child("one"); supervisor.follow(one); one.start(); print(one.process.pid, flush=True)
supervisor.watch(None)
"""


def test_children_are_gone_soon_after_the_supervisor_was_killed(tmp_path: Path) -> None:
    process = supervise(tmp_path, ONE_CHILD)
    child = int(process.stdout.readline())
    process.kill()
    process.wait()
    assert gone(child, within=3)


def test_a_signal_stops_every_child_and_says_so(tmp_path: Path) -> None:
    process = supervise(tmp_path, ONE_CHILD)
    child = int(process.stdout.readline())
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=20)
    assert "stopped" in said
    assert gone(child, within=0.1)


def test_a_child_that_dies_is_started_again_and_that_is_said(tmp_path: Path) -> None:
    process = supervise(tmp_path, ONE_CHILD)
    os.kill(int(process.stdout.readline()), signal.SIGKILL)
    lines = [process.stdout.readline() for _ in range(2)]
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=20)
    assert "one has stopped (exit -9); starting it again in 1 s" in lines[0]
    assert "one started again" in lines[1]


def test_the_death_of_the_vital_child_ends_everything_and_shows_its_last_words(tmp_path: Path) -> None:
    body = """
vital = child("vital", "print('the disk is full')"); supervisor.follow(vital); vital.start()
supervisor.watch(vital)
"""
    said, _ = supervise(tmp_path, body).communicate(timeout=20)
    assert "vital has stopped, so everything stops" in said
    assert "the disk is full" in said


def test_the_last_group_is_stopped_before_the_first(tmp_path: Path) -> None:
    supervisor, order = Supervisor(), tmp_path / "order"
    source = (
        "import signal, sys\n"
        "signal.signal(signal.SIGTERM, lambda *a: (open(sys.argv[1], 'a').write(sys.argv[2]), sys.exit()))\n"
        "print('up', flush=True)\nsignal.pause()"
    )
    for name in ("database", "web"):
        child = Child(Program(name, [sys.executable, "-c", source, str(order), f"{name} "], tmp_path / f"{name}.log"))
        supervisor.follow(child)
        child.start()
        while "up" not in (tmp_path / f"{name}.log").read_text():
            time.sleep(0.02)
    supervisor.stop()
    assert order.read_text() == "web database "


def test_a_child_that_does_not_listen_is_killed(tmp_path: Path) -> None:
    source = (
        "import signal, time\n"
        "for s in (signal.SIGTERM, signal.SIGQUIT): signal.signal(s, signal.SIG_IGN)\n"
        "print('up', flush=True)\ntime.sleep(60)"
    )
    child = Child(Program("deaf", [sys.executable, "-c", source], tmp_path / "deaf.log", patience=0.2))
    child.start()
    while "up" not in (tmp_path / "deaf.log").read_text():
        time.sleep(0.02)
    child.stop()
    assert child.process.returncode == -signal.SIGKILL


def test_waits_grow_while_a_child_keeps_dying_and_are_bounded(tmp_path: Path) -> None:
    supervisor, child = Supervisor(), Child(Program("web", SLEEPER, tmp_path / "log"))
    child.started = time.monotonic()
    assert [supervisor._next_wait(child, time.monotonic()) for _ in range(7)] == [1, 2, 4, 8, 16, 30, 30]
    assert supervisor._next_wait(child, time.monotonic() + 3600) == 1


def test_a_command_that_fails_is_reported_with_what_it_said_and_nothing_older(tmp_path: Path) -> None:
    log = tmp_path / "migrate.log"
    log.write_text("from yesterday\n")
    with pytest.raises(Failed) as refusal:
        finish(Program("migrate", [sys.executable, "-c", "print('no such table'); raise SystemExit(3)"], log))
    assert "migrate failed (exit 3)" in str(refusal.value)
    assert "no such table" in str(refusal.value)
    assert "from yesterday" not in str(refusal.value)


def test_an_interrupt_to_make_alone_is_noticed(tmp_path: Path) -> None:
    """make stops catching SIGINT once it has got one; this stand-in for make does the same."""
    source = (
        "import signal, subprocess, sys\n"
        "signal.signal(signal.SIGINT, lambda *a: signal.signal(signal.SIGINT, signal.SIG_DFL))\n"
        "child = subprocess.Popen([sys.executable, '-c', sys.argv[1]])\n"
        "while True:\n"
        "    try: sys.exit(child.wait())\n"
        "    except KeyboardInterrupt: pass\n"
    )
    inner = (
        "from ops.supervisor import *\ns = Supervisor(); s.catch_signals(); s.maker = Maker(); print('up', flush=True)\n"
        "try: s.watch(None)\nexcept Stop: print('noticed', flush=True)"
    )
    process = subprocess.Popen([sys.executable, "-c", source, inner], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "up\n"
    process.send_signal(signal.SIGINT)
    said, _ = process.communicate(timeout=10)
    assert "noticed" in said


def test_a_supervisor_without_make_looks_at_nobody() -> None:
    assert Supervisor().maker is None
    assert isinstance(Maker().pid, int)
