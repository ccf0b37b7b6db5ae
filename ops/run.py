"""`make run`: the whole product on this machine under one supervisor, until Ctrl-C."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from ops import environment, places, say
from ops.children import Child, Program, finish
from ops.places import LOGS, ROOT, RUN
from ops.say import Failed, line, step, tail, warn
from ops.servers import Servers
from ops.supervisor import Maker, Stop, Supervisor

PYTHON = sys.executable
HOST, FIRST_PORT, PORTS_TRIED = "127.0.0.1", 8000, 50
DEMO_PASSWORD = "steward-demo"  # noqa: S105
WEB_WITHIN, WORKER_WITHIN = 120.0, 60.0


def main() -> int:
    supervisor = Supervisor()
    try:
        supervisor.catch_signals()
        if "--with-parent" in sys.argv:
            supervisor.maker = Maker()
        with hold_lock() as lock:
            Stack(supervisor, lock).run()
    except Failed as problem:
        warn(str(problem))
        return 1
    except Stop:
        line("Everything has stopped. The data is kept for the next `make run`.")
    return 0


def hold_lock() -> IO[str]:
    """One stack a checkout. Raises Failed with the address of the one that runs."""
    lock = places.try_lock(RUN / "lock")
    if lock is None:
        where = (RUN / "lock").read_text(encoding="utf-8").strip() or "starting right now"
        raise Failed(f"Another stack already runs in this checkout: {where}")
    lock.truncate(0)
    return lock


def open_port() -> socket.socket:
    """A listening socket, so that nobody can take the port between now and the web server's start."""
    wanted = os.environ.get("PORT", "")
    if wanted and not wanted.isdigit():
        raise Failed(f"PORT must be a number, not {wanted!r}.")
    for port in [int(wanted)] if wanted else range(FIRST_PORT, FIRST_PORT + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((HOST, port))
            listener.listen(256)
        except (OSError, OverflowError):
            listener.close()
            continue
        return listener
    if wanted:
        raise Failed(f"Port {wanted} of {HOST} is taken. Choose another one: PORT=8001 make run")
    raise Failed(f"No free port between {FIRST_PORT} and {FIRST_PORT + PORTS_TRIED - 1} on {HOST}. Choose one: PORT=9000 make run")


class Stack:
    """The order of a start, and of an end."""

    def __init__(self, supervisor: Supervisor, lock: IO[str]) -> None:
        self.supervisor, self.lock = supervisor, lock
        self.given = environment.given()
        self.database: Child | None = None
        self.env: dict[str, str] = {}
        LOGS.mkdir(parents=True, exist_ok=True, mode=0o700)

    def run(self) -> None:
        with open_port() as listener:
            self.port = listener.getsockname()[1]
            self.lock.write(f"http://{HOST}:{self.port}/ (process {os.getpid()})\n")
            self.lock.flush()
            if self.port != FIRST_PORT and not os.environ.get("PORT"):
                line(f"  Port {FIRST_PORT} is taken, so the address ends in {self.port}.")
            try:
                self.start(listener)
                self.supervisor.watch(self.database)
            finally:
                self.supervisor.stop()

    def start(self, listener: socket.socket) -> None:
        self.start_servers()
        collecting = self.begin("collectstatic", "collectstatic", "--no-input", "--verbosity=0")
        with step("Database tables"):
            self.manage("migrate", "--database=migrator", "--no-input", "--verbosity=0", "--skip-checks")
        self.load_demo()
        with step("Static files"):
            self.wait_for(collecting)
        web = self.start_web(listener)
        accounts = self.accounts()
        self.wait_for_web(web)
        self.start_background()
        self.ready(accounts)

    def start_servers(self) -> None:
        who = places.owner()
        home = places.servers_home(who)
        home.mkdir(parents=True, exist_ok=True)
        self.demo_mark = home / "demo-loaded"
        addresses: dict[str, str] = {}
        if not {"DATABASE_URL", "REDIS_URL"} <= self.given.keys():
            servers = Servers(home, who, LOGS)
            addresses = servers.environment()
            self.start_postgres(servers)
            self.start_valkey(servers)
        self.env = dict(os.environ) | environment.local(home / "keys", addresses, self.port)
        environment.remember(environment.local(home / "keys", addresses, self.port))

    def start_postgres(self, servers: Servers) -> None:
        if "DATABASE_URL" in self.given:
            line("  Database: the one of DATABASE_URL")
            return
        with step("PostgreSQL"):
            servers.postgres.start(self.supervisor.follow)
            servers.postgres.make_roles()
        self.database = servers.postgres.child

    def start_valkey(self, servers: Servers) -> None:
        if "REDIS_URL" in self.given:
            line("  Queue: the one of REDIS_URL")
            return
        with step("Valkey"):
            servers.valkey.start(self.supervisor.follow)

    def program(self, name: str, *command: str, **options: object) -> Program:
        return Program(name, [PYTHON, *command], LOGS / f"{name}.log", env=self.env, cwd=ROOT, **options)  # type: ignore[arg-type]

    def manage(self, *arguments: str) -> None:
        finish(self.program(arguments[0], "manage.py", *arguments))

    def begin(self, name: str, *arguments: str) -> Child:
        child = Child(self.program(name, "manage.py", *arguments))
        child.start()
        return child

    @staticmethod
    def wait_for(child: Child) -> None:
        assert child.process is not None
        if child.process.wait() != 0:
            raise Failed(f"{child.program.name} failed. The end of {child.program.log}:\n{tail(child.program.log)}")

    def load_demo(self) -> None:
        """Once a database of ours; a database that was given to us is somebody's real one."""
        if self.database is None or self.demo_mark.exists():
            return
        with step("Demo data"):
            self.manage("demo")
        self.demo_mark.touch()

    def start_web(self, listener: socket.socket) -> Child:
        options = ["--workers=2", "--worker-class=gthread", "--threads=4", "--timeout=60", "--graceful-timeout=8", "--no-control-socket"]
        command = ["-m", "gunicorn", "config.wsgi:application", f"--bind=fd://{listener.fileno()}", *options]
        web = Child(self.program("web", *command, pass_fds=(listener.fileno(),), patience=10.0))
        self.supervisor.follow(web)
        web.start()
        return web

    def start_background(self) -> None:
        celery = ["-m", "celery", "-A", "config"]
        quiet = ["--without-gossip", "--without-mingle", "--loglevel=info"]
        # A worker whose supervisor was killed must not linger on a long task: unacknowledged tasks come back.
        worker = self.program("worker", *celery, "worker", "--concurrency=2", *quiet, dies_with=signal.SIGQUIT, patience=12.0)
        beat = self.program("beat", *celery, "beat", f"--schedule={RUN / 'beat-schedule'}", "--pidfile=", "--loglevel=warning")
        for child in (Child(worker), Child(beat)):
            self.supervisor.follow(child, beside=True)
            child.start()

    def wait_for_web(self, web: Child) -> None:
        with step("Web server"):
            until = time.monotonic() + WEB_WITHIN
            while (status := ask(self.port, "/login/")) >= 500:
                if not web.running or time.monotonic() > until:
                    raise Failed(
                        f"The web server does not answer (status {status}). The end of {web.program.log}:\n{tail(web.program.log)}"
                    )
                time.sleep(0.1)

    def accounts(self) -> list[tuple[str, str]]:
        """The demo accounts that the product itself names, a line `user name<TAB>what they do` each."""
        if self.database is None:
            return []
        command = [PYTHON, "manage.py", "demo", "--list"]
        done = subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, start_new_session=True)
        rows = [text.split("\t", 1) for text in done.stdout.splitlines() if "\t" in text]
        return [(name, work) for name, work in rows]

    def ready(self, accounts: list[tuple[str, str]]) -> None:
        with step("Background worker"):
            until = time.monotonic() + WORKER_WITHIN
            while (status := ask(self.port, "/healthz")) != 200 and time.monotonic() < until:
                time.sleep(0.3)
        if status != 200:
            warn(f"The health page is not content yet (status {status}); see {LOGS / 'worker.log'}")
        line(ready_block(self.port, accounts))


def ask(port: int, path: str) -> int:
    """The status of the answer, or 599 when there is none."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException):
        return 599
    finally:
        connection.close()


def ready_block(port: int, accounts: list[tuple[str, str]]) -> str:
    rule = "─" * 72
    lines = ["", rule, f"  Steward is ready:  http://{HOST}:{port}/", ""]
    if accounts:
        width = max(len(name) for name, _work in accounts) + 2
        lines.append(f"  Demo accounts, password of all: {DEMO_PASSWORD}")
        lines += [f"    {name:<{width}}{work}" for name, work in accounts]
    else:
        lines.append("  Accounts: the ones of your database (a first one: manage.py createsuperuser).")
    return "\n".join([*lines, "", f"  Logs: {Path(os.path.relpath(LOGS))}/   Stop: Ctrl-C", rule])


if __name__ == "__main__":
    say.line("Starting Steward")
    sys.exit(main())
