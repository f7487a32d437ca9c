"""Whatever stops a report, a sample, a model or a batch: one error, nothing torn, and it can be run again."""

import os
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import faults
import pytest

from why_nps.core import storage
from why_nps.core.storage import write_atomically, write_together
from why_nps.errors import InputError
from why_nps.scale.folder import open_folder

FILES = {"a.txt": b"new a", "b/c.txt": b"new c"}


@pytest.fixture(scope="module")
def field(tmp_path_factory):
    folder = tmp_path_factory.mktemp("faults")
    for open_to_all in (folder, *folder.parents[:3]):
        if "pytest" in open_to_all.name:
            open_to_all.chmod(0o755)  # a run of another user must get as far as the folder that is closed
    server = faults.Server(folder)
    yield faults.Range(server, folder, seed=9)
    server.close()


@pytest.mark.parametrize("fault", faults.FAULTS)
@pytest.mark.parametrize("kind", faults.KINDS)
def test_it_is_told_and_nothing_is_torn_and_a_rerun_works(field, kind, fault):
    for _ in range(2 if fault == "kill -9" else 1):
        outcome = field.inject(kind, fault)
        assert not outcome.wrong
        assert outcome.injected


def test_files_are_written_together(tmp_path):
    assert write_together(tmp_path / "new" / "home", FILES) == [
        tmp_path / "new/home/a.txt",
        tmp_path / "new/home/b/c.txt",
    ]
    assert faults.read_tree(tmp_path / "new/home") == FILES


@pytest.mark.skipif(os.name == "nt", reason="Windows cannot sync a folder")
def test_content_is_on_the_disk_before_it_has_its_name_and_the_name_before_it_returns(tmp_path, monkeypatch):
    asked = []  # a power cut cannot be tried here; what is asked of the system, and in which order, can
    fsync, replace = os.fsync, Path.replace

    def note_sync(descriptor):
        status = os.fstat(descriptor)
        asked.append("folder" if stat.S_ISDIR(status.st_mode) else f"{status.st_size} bytes")
        fsync(descriptor)

    def note_rename(path, target):
        asked.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_rename)
    write_together(tmp_path, FILES)
    assert asked == ["5 bytes", "5 bytes", "rename", "rename", "folder", "folder"]


def test_one_that_cannot_be_written_leaves_all_as_they_were(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"old a")
    (tmp_path / "b" / "c.txt").mkdir(parents=True)
    with pytest.raises(InputError, match=r"'c.txt': there is a folder of that name"):
        write_together(tmp_path, FILES)
    assert faults.read_tree(tmp_path) == {"a.txt": b"old a"}


def test_a_late_interrupt_waits_until_all_have_their_names_whatever_thread_hears_it(tmp_path, monkeypatch):
    replace, done = Path.replace, threading.Event()

    def interrupt_and_rename(path, target):
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(0.05)
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", interrupt_and_rename)
    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # a worker of pytest ignores it
    idle = threading.Thread(target=done.wait)  # as the libraries of numpy keep
    idle.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            write_together(tmp_path, FILES)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
        done.set()
        idle.join()
    assert faults.read_tree(tmp_path) == FILES


def test_a_handler_of_the_program_around_python_is_left_alone(tmp_path, monkeypatch):
    def set_handler(_, handler):  # as signal.signal does: tells nothing of a handler that is not Python's
        if handler is None:
            raise TypeError

    monkeypatch.setattr(signal, "getsignal", lambda _: None)
    monkeypatch.setattr(signal, "signal", set_handler)
    assert len(write_together(tmp_path, FILES)) == 2


def test_folders_made_for_nothing_are_taken_away(tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(InputError, match="Cannot write 'below'"):
        write_together(tmp_path / "file" / "below", FILES)
    with pytest.raises(InputError):
        write_together(tmp_path / "new", {"a\0": b""})
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_what_a_killed_run_left_goes_and_what_is_not_ours_stays(tmp_path):
    (tmp_path / ".why-nps.0123.part").write_bytes(b"half")
    (tmp_path / ".other.part").write_bytes(b"x")
    write_atomically(tmp_path / "a.txt", b"a")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".other.part", "a.txt"]


def test_a_job_clears_what_a_killed_run_left_but_not_what_another_run_is_writing(tmp_path):
    ours, others = tmp_path / ".why-nps.0123.part", tmp_path / ".other.part"
    ours.write_bytes(b"half")
    others.write_bytes(b"x")
    with storage._alone_in(tmp_path), open_folder(tmp_path):
        pass
    assert ours.exists()
    with open_folder(tmp_path):
        pass
    assert not ours.exists()
    assert others.exists()


def test_a_second_writer_waits_for_the_first(tmp_path, monkeypatch):
    monkeypatch.setattr(storage, "_PATIENCE", 0.05)
    with storage._alone_in(tmp_path), pytest.raises(InputError, match="Another run is writing to"):
        write_atomically(tmp_path / "a.txt", b"a")
    monkeypatch.setattr(storage, "_PATIENCE", 60)
    waiting = threading.Thread(target=write_atomically, args=(tmp_path / "a.txt", b"late"))
    with storage._alone_in(tmp_path):
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
        assert not (tmp_path / "a.txt").exists()
    waiting.join()
    assert (tmp_path / "a.txt").read_bytes() == b"late"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no umask")
def test_what_is_written_is_as_private_as_the_user_asks(tmp_path):
    before = os.umask(0o077)
    try:
        write_atomically(tmp_path / "a.txt", b"a")
    finally:
        os.umask(before)
    assert (tmp_path / "a.txt").stat().st_mode & 0o777 == 0o600


def test_the_command_itself_tells_a_full_disk_in_one_line(tmp_path):
    export = faults.write_export(tmp_path / "export.csv")
    limited = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000)); "
        "from why_nps.cli import main; main()"
    )
    run = [sys.executable, "-c", limited, "report", str(export), "--out", "out"]
    done = subprocess.run(run, capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert "File too large. Make room" in done.stderr
    assert [str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")] == ["export.csv"]
