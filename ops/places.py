"""Where this checkout keeps what a run makes, and which system account the servers run under."""

import fcntl
import grp
import hashlib
import os
import pwd
import shutil
import stat
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from ops.say import Failed

ROOT = Path(__file__).resolve().parent.parent
RUN = ROOT / ".run"
VENV = ROOT / ".venv"
LOGS = RUN / "log"
ENVIRONMENT = RUN / "env"
FONTS = RUN / "fonts"
ACCOUNT = "steward"
SCRATCH = "steward-scratch-"
ENOUGH_MEMORY = 2 * 1024**3
# The kernel's limit for a socket's path is 107 bytes.
LONGEST_SOCKET_FOLDER = 107 - len("/.s.PGSQL.5432.lock")


@dataclass(frozen=True)
class Owner:
    """The account that the database and Valkey run under; None in `name` means whoever we are."""

    uid: int
    gid: int
    name: str | None = None


def owner() -> Owner:
    """PostgreSQL refuses to run as root, so root lends it an account of its own."""
    if os.getuid() != 0:
        return Owner(os.getuid(), os.getgid())
    entry = _account() or _make_account()
    return Owner(entry.pw_uid, entry.pw_gid, entry.pw_name)


def _account() -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(ACCOUNT)
    except KeyError:
        return None


def _make_account() -> pwd.struct_passwd:
    nologin = shutil.which("nologin") or "/usr/sbin/nologin"
    command = ["useradd", "--system", "--no-create-home", "--home-dir", "/nonexistent", "--shell", nologin]
    command += ["--gid", ACCOUNT] if _group_exists() else ["--user-group"]
    done = subprocess.run([*command, ACCOUNT], capture_output=True, text=True)
    entry = _account()
    if entry is None:
        raise Failed(f"The database needs a system account of its own and it could not be made: {done.stderr.strip()}")
    return entry


def _group_exists() -> bool:
    try:
        grp.getgrnam(ACCOUNT)
    except KeyError:
        return False
    return True


def reachable(path: Path, who: Owner) -> bool:
    """Whether the account may walk down to `path` (which need not exist yet)."""
    if who.uid == os.getuid():
        return True
    return all(_may_enter(folder, who) for folder in [path, *path.parents] if folder.is_dir())


def _may_enter(folder: Path, who: Owner) -> bool:
    facts = folder.stat()
    if facts.st_uid == who.uid:
        return bool(facts.st_mode & stat.S_IXUSR)
    if facts.st_gid == who.gid:
        return bool(facts.st_mode & stat.S_IXGRP)
    return bool(facts.st_mode & stat.S_IXOTH)


def fingerprint(path: Path) -> str:
    return hashlib.sha256(str(path).encode()).hexdigest()[:12]


def servers_home(who: Owner) -> Path:
    """The folder of this checkout's data: in the checkout, unless the servers' account can't get there."""
    inside = RUN / "servers"
    if reachable(inside, who):
        return inside
    return Path("/var/lib") / f"steward-{fingerprint(ROOT)}"


def own_folder(path: Path, who: Owner) -> Path:
    """Makes the folder private to the account."""
    path.mkdir(parents=True, exist_ok=True)
    if os.getuid() == 0:
        os.chown(path, who.uid, who.gid)
    path.chmod(0o700)
    return path


def socket_folder(home: Path, who: Owner) -> Path:
    """`home/sockets`, or a private folder under the system's temporary one when that path is too long for a socket."""
    folder = home / "sockets"
    if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER:
        return own_folder(folder, who)
    short = Path("/tmp") / f"steward-{who.uid}-{fingerprint(home)}"  # noqa: S108
    _claim(short, who)
    return short


def _claim(folder: Path, who: Owner) -> None:
    """Somebody else may have put a folder or a link of that name there first."""
    try:
        folder.mkdir(mode=0o700)
        if os.getuid() == 0:
            os.chown(folder, who.uid, who.gid)
    except FileExistsError:
        facts = folder.lstat()
        if not stat.S_ISDIR(facts.st_mode) or facts.st_uid != who.uid or facts.st_mode & 0o077:
            raise Failed(f"{folder} belongs to somebody else; remove it and try again.") from None


def scratch_folder(who: Owner) -> Path:
    """A fresh folder for throw-away servers, in a temporary folder that their account can reach."""
    sweep_scratch()
    for parent in scratch_parents():
        if reachable(parent, who):
            folder = Path(tempfile.mkdtemp(prefix=SCRATCH, dir=parent))
            folder.chmod(0o755 if who.uid != os.getuid() else 0o700)
            return folder
    raise Failed("No temporary folder can be used by the database's account.")


def scratch_parents() -> list[Path]:
    """Memory first: copying a database takes 10 ms there and 250 ms on a disk."""
    memory = Path("/dev/shm")  # noqa: S108
    roomy = [memory] if memory.is_dir() and shutil.disk_usage(memory).free > ENOUGH_MEMORY else []
    disks = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108
    return roomy + [folder for folder in disks if folder.is_dir()]


def sweep_scratch() -> None:
    """Removes what killed runs have left: a scratch folder whose lock nobody holds."""
    for lock in [lock for parent in set(scratch_parents()) for lock in parent.glob(f"{SCRATCH}*/lock")]:
        held = try_lock(lock) if _is_ours(lock) else None
        if held is not None:
            shutil.rmtree(lock.parent, ignore_errors=True)
            held.close()


def _is_ours(lock: Path) -> bool:
    try:
        return lock.stat().st_uid == os.getuid()
    except OSError:
        return False


def try_lock(path: Path) -> IO[str] | None:
    """The open file as long as nobody else holds it; the lock goes with the process."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = path.open("a+", encoding="utf-8")
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.close()
        return None
    return handle
