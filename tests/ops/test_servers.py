"""The embedded servers: where their data lies, who may reach it, and how they get over a bad end."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from ops import places
from ops.places import Owner
from ops.postgres import Postgres, drop_stale_pid
from ops.say import Failed
from ops.servers import new_keys, scratch


@pytest.fixture(scope="module")
def servers():
    with scratch("steward") as (servers, environment):
        yield servers, environment


def test_the_database_belongs_to_the_migrator_and_only_he_may_create_in_it(servers) -> None:
    postgres = servers[0].postgres
    postgres.psql("-c", "CREATE TABLE here (id int)", user="steward_migrator", database="steward")
    for role in ("steward_app", "steward_auditor"):
        with pytest.raises(Failed, match="permission denied for schema public"):
            postgres.psql(
                "-c", "SET default_transaction_read_only = off", "-c", "CREATE TABLE there (id int)", user=role, database="steward"
            )


def test_the_auditor_only_reads(servers) -> None:
    setting = servers[0].postgres.psql("-c", "SHOW default_transaction_read_only", user="steward_auditor", database="steward")
    assert setting == "on"


def test_making_the_roles_again_changes_nothing(servers) -> None:
    servers[0].postgres.make_roles()


def test_text_sorts_the_same_everywhere_and_pages_are_checked(servers) -> None:
    postgres = servers[0].postgres
    assert postgres.psql("-c", "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = 'steward'") == "b|C.UTF-8"
    assert postgres.psql("-c", "SHOW data_checksums") == "on"
    assert postgres.psql("-c", "SHOW listen_addresses") == ""


def test_only_the_owner_may_enter_the_folder_of_the_sockets(servers) -> None:
    assert stat.S_IMODE(servers[0].postgres.sockets.stat().st_mode) == 0o700


def test_valkey_answers_and_never_throws_a_task_away(servers) -> None:
    from redis import Redis

    server = Redis.from_url(servers[1]["REDIS_URL"])
    assert server.ping()
    assert server.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"


def test_a_running_database_is_never_taken_for_a_dead_one(servers) -> None:
    with pytest.raises(Failed, match="still running"):
        drop_stale_pid(servers[0].postgres.folder)


@pytest.mark.parametrize("pid", [os.getpid(), 2**22 - 1], ids=["another", "none"])
def test_a_pid_file_that_names_another_process_or_none_is_dropped(tmp_path: Path, pid: int) -> None:
    (tmp_path / "postmaster.pid").write_text(f"{pid}\n{tmp_path}\n")
    drop_stale_pid(tmp_path)
    assert not (tmp_path / "postmaster.pid").exists()


def test_a_cluster_that_was_left_half_made_starts_over() -> None:
    who = places.owner()
    home = places.scratch_folder(who)
    half = home / "pg"
    half.mkdir()
    (half / "base").touch()
    postgres = Postgres(home, who, home / "log", throw_away=True)
    postgres.start()
    postgres.stop()
    assert (half / "PG_VERSION").exists()
    assert not (half / "base").is_file()


def test_a_path_too_long_for_a_socket_is_replaced_by_a_private_short_one(tmp_path: Path) -> None:
    who = Owner(os.getuid(), os.getgid())
    short = places.socket_folder(tmp_path / ("long" * 30), who)
    try:
        assert len(str(short)) < 60
        assert stat.S_IMODE(short.stat().st_mode) == 0o700
        assert places.socket_folder(tmp_path / ("long" * 30), who) == short
        short.chmod(0o777)
        with pytest.raises(Failed, match="belongs to somebody else"):
            places.socket_folder(tmp_path / ("long" * 30), who)
    finally:
        short.rmdir()


def test_an_account_reaches_a_folder_only_when_every_parent_lets_it_in() -> None:
    stranger = Owner(os.getuid() + 4321, os.getgid() + 4321)
    folder = places.scratch_folder(stranger)
    try:
        inner = folder / "a" / "b"
        inner.mkdir(parents=True)
        inner.chmod(0o755)
        inner.parent.chmod(0o755)
        assert places.reachable(inner / "not-there-yet", stranger)
        inner.parent.chmod(0o700)
        assert not places.reachable(inner, stranger)
    finally:
        shutil.rmtree(folder)


def test_a_scratch_folder_that_nobody_holds_is_swept_away_and_a_held_one_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "scratch_parents", lambda: [tmp_path])
    for name in ("held", "left"):
        (tmp_path / f"steward-scratch-{name}").mkdir()
        (tmp_path / f"steward-scratch-{name}" / "lock").touch()
    with places.try_lock(tmp_path / "steward-scratch-held" / "lock"):
        places.sweep_scratch()
    assert [folder.name for folder in tmp_path.iterdir()] == ["steward-scratch-held"]


def test_new_keys_differ_and_a_field_key_is_32_bytes() -> None:
    from base64 import b64decode

    one, two = new_keys(), new_keys()
    assert one["SECRET_KEY"] != two["SECRET_KEY"]
    assert len(b64decode(one["FIELD_KEYS"].removeprefix("k1:"), validate=True)) == 32
