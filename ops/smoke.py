"""`make smoke`: starts `make run` on a free port, looks at it from outside, and sees it stop."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

from ops.places import LOGS, ROOT
from ops.say import Failed, line, step, tail, warn

LOG = LOGS / "smoke.log"
READY = re.compile(r"Steward is ready:\s+(http://\S+/)")
READY_WITHIN, STOPPED_WITHIN = 300.0, 60.0


def main() -> int:
    LOG.parent.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as out:
        # A session of its own: the interrupt goes to the group, as from a terminal.
        command = ["make", "run", "PORT=0"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True)
    try:
        look(process)
    except Failed as problem:
        warn(f"{problem} What `make run` said:\n{tail(LOG, 40)}")
        process.send_signal(signal.SIGTERM)
        process.wait()
        return 1
    return 0


def look(process: subprocess.Popen[bytes]) -> None:
    with step("make run, until it says that it is ready"):
        address = wait_ready(process)
    for page in ("login/", "healthz"):
        if (status := answer(address + page)) != 200:
            raise Failed(f"{address}{page} answers {status}.")
    with step("Ctrl-C"):
        os.killpg(process.pid, signal.SIGINT)
        wait_gone(process)
    line(f"  {address} came up, answered and went down.")


def wait_gone(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(STOPPED_WITHIN)
    except subprocess.TimeoutExpired:
        raise Failed(f"It still runs {STOPPED_WITHIN:.0f} s after Ctrl-C.") from None


def wait_ready(process: subprocess.Popen[bytes]) -> str:
    until = time.monotonic() + READY_WITHIN
    while time.monotonic() < until and process.poll() is None:
        found = READY.search(LOG.read_text(encoding="utf-8", errors="replace"))
        if found:
            return found.group(1)
        time.sleep(0.3)
    raise Failed("It did not become ready.")


def answer(address: str) -> int:
    try:
        with urllib.request.urlopen(address, timeout=20) as response:  # noqa: S310
            return int(response.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


if __name__ == "__main__":
    sys.exit(main())
