"""What `make run` decides before it starts anything, and what it leaves for `manage.py`."""

import os
import socket
import stat
from pathlib import Path

import pytest

from ops import environment, places, run
from ops.say import Failed


@pytest.fixture
def taken_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def test_a_port_that_was_asked_for_and_is_taken_fails_with_one_line(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", str(taken_port))
    with pytest.raises(Failed, match=rf"^Port {taken_port} of 127\.0\.0\.1 is taken.*$"):
        run.open_port()


def test_without_a_wish_the_next_free_port_is_taken(taken_port: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORT", raising=False)
    monkeypatch.setattr(run, "FIRST_PORT", taken_port)
    with run.open_port() as listener:
        assert taken_port < listener.getsockname()[1] <= taken_port + run.PORTS_TRIED


@pytest.mark.parametrize("wish", ["http", "-1", "99999999"])
def test_a_port_that_is_none_is_refused(wish: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", wish)
    with pytest.raises(Failed, match=r"^(Port|PORT)"):
        run.open_port()


def test_a_second_stack_in_the_same_checkout_is_told_where_the_first_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "RUN", tmp_path)
    with run.hold_lock() as lock:
        lock.write("http://127.0.0.1:8000/ (process 12)\n")
        lock.flush()
        with pytest.raises(Failed, match=r"Another stack already runs in this checkout: http://127\.0\.0\.1:8000/ \(process 12\)"):
            run.hold_lock()
    run.hold_lock().close()


def test_the_keys_stay_the_same_and_nobody_else_may_read_them(tmp_path: Path) -> None:
    keys = environment.kept_keys(tmp_path / "keys")
    assert environment.kept_keys(tmp_path / "keys") == keys
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o600


def test_a_database_of_ones_own_wins_and_migrates_itself_unless_told_otherwise(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@db/real")
    monkeypatch.delenv("MIGRATOR_DATABASE_URL", raising=False)
    monkeypatch.setenv("MEDIA_ROOT", str(tmp_path / "media"))
    chosen = environment.local(tmp_path / "keys", {"DATABASE_URL": "ours", "REDIS_URL": "ours"}, 8000)
    assert chosen["DATABASE_URL"] == chosen["MIGRATOR_DATABASE_URL"] == "postgresql://me@db/real"


def test_manage_py_reads_what_the_stack_left_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import manage

    monkeypatch.setattr(environment, "ENVIRONMENT", tmp_path / "env")
    monkeypatch.setattr(manage, "ENVIRONMENT", tmp_path / "env")
    environment.remember({"DATABASE_URL": "postgresql://a@/b?host=/c", "SECRET_KEY": "left=behind", "REDIS_URL": "unix:///r"})
    monkeypatch.delenv("DATABASE_URL")
    monkeypatch.delenv("SECRET_KEY")
    monkeypatch.setenv("REDIS_URL", "redis://mine")
    manage.use_local_stack()
    try:
        assert (os.environ["DATABASE_URL"], os.environ["SECRET_KEY"], os.environ["REDIS_URL"]) == (
            "postgresql://a@/b?host=/c",
            "left=behind",
            "redis://mine",
        )
        assert environment.recall()["SECRET_KEY"] == "left=behind"
    finally:
        monkeypatch.undo()


def test_the_ready_block_names_the_address_the_accounts_and_the_way_out() -> None:
    block = run.ready_block(8001, [("frontdesk", "welcomes visitors")])
    for part in ("http://127.0.0.1:8001/", "frontdesk", "welcomes visitors", "steward-demo", "Ctrl-C"):
        assert part in block


def test_a_web_server_that_does_not_answer_counts_as_down(taken_port: int) -> None:
    assert places.ROOT.is_dir()
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert run.ask(nobody.getsockname()[1], "/healthz") == 599
