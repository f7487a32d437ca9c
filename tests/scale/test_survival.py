"""Whatever stops a batch: nothing is lost, nothing is twice, and it goes on to the same bytes."""

import contextlib
import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pandas as pd
import pytest

from why_nps.errors import JobError
from why_nps.scale import code_file
from why_nps.scale.folder import open_folder

from .conftest import read_tree

KILLS = 20
CLI = (
    "import functools, why_nps.scale as s; s.code_file = functools.partial(s.code_file, part_rows=40); "
    "from why_nps.cli import main; main()"
)


@pytest.fixture
def server(export, tmp_path):
    path = Path(__file__).with_name("batch_server.py")
    with subprocess.Popen(
        [sys.executable, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
    ) as process:
        send(process, export, tmp_path / "warm")
        assert process.stdout.readline() == "ready\n"
        yield process
        process.stdin.close()


def send(server, export, folder):
    order = {"source": str(export), "folder": str(folder), "part_rows": 40}
    server.stdin.write(json.dumps(order) + "\n")
    server.stdin.flush()


def start(server, export, folder):
    send(server, export, folder)
    return int(server.stdout.readline())


def test_kill_9_at_random_moments(server, export, reference, tmp_path):
    dice = random.Random(8)
    begin = time.perf_counter()
    start(server, export, tmp_path / "whole")
    assert server.stdout.readline() == "0\n"
    seconds = time.perf_counter() - begin  # that an undisturbed run takes here
    killed, out, finished, stages = 0, tmp_path / "out0", 0, set()
    while killed < KILLS:
        child = start(server, export, out)
        time.sleep(dice.uniform(0, seconds))
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)
        done = server.stdout.readline() == "0\n"
        killed += not done
        found = read_tree(out) if out.exists() else {}
        visible = {name: content for name, content in found.items() if not name.endswith(".part")}
        assert visible.items() <= reference.items()  # what is there is whole
        assert not done or "_SUCCESS" in found
        stages.add(len(visible))
        if done:
            finished += 1
            out = tmp_path / f"out{finished}"
    assert len(stages) > 4  # it was killed at work, and not only before it
    start(server, export, out)
    assert server.stdout.readline() == "0\n"
    assert read_tree(out) == reference
    ids = pd.read_parquet(out / "answers")["answer_id"]
    assert sorted(ids) == sorted(f"R{row}" for row in range(400))


def test_a_run_beside_another_is_refused_and_a_killed_one_leaves_no_lock(export, tmp_path):
    holding = (
        "import sys, time; from pathlib import Path; from why_nps.scale.folder import open_folder\n"
        "with open_folder(Path(sys.argv[1])): print('held', flush=True); time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", holding, tmp_path / "out"], stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(JobError, match="Another run is writing to"):
            code_file(export, tmp_path / "out")
        other.kill()
    assert code_file(export, tmp_path / "out").parts == 1


def is_alive(group):
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_do_not_outlive_a_killed_run_and_it_goes_on(export, reference, tmp_path):
    command = [sys.executable, "-c", CLI, "classify", export, "--out", tmp_path / "out", "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True) as run:
        while not (tmp_path / "out" / "job" / "part-00000.json").exists():
            assert run.poll() is None
            time.sleep(0.01)
        run.kill()
        run.wait()
        deadline = time.monotonic() + 20
        while is_alive(run.pid) and time.monotonic() < deadline:
            time.sleep(0.1)
    assert not is_alive(run.pid)
    assert code_file(export, tmp_path / "out", part_rows=40).kept
    assert read_tree(tmp_path / "out") == reference


def test_a_lost_worker_is_replaced(export, reference, tmp_path):
    from joblib.externals.loky import reusable_executor

    lost = []

    def kill_one(_done, _total):
        if not lost:
            lost.append(next(iter(reusable_executor._executor._processes)))
            os.kill(lost[0], signal.SIGKILL)

    code_file(export, tmp_path / "out", part_rows=40, jobs=2, progress=kill_one)
    assert lost
    assert read_tree(tmp_path / "out") == reference


def test_workers_lost_again_and_again_are_one_error_that_names_the_rows(export, reference, tmp_path):
    from joblib.externals.loky import reusable_executor

    stop = threading.Event()

    def kill_all():
        while not stop.wait(0.02):
            executor = reusable_executor._executor
            for child in list(executor._processes or ()) if executor else ():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)

    killer = threading.Thread(target=kill_all)
    killer.start()
    try:
        with pytest.raises(JobError, match=r"lost 2 times at rows 1 to 160, .*--jobs"):
            code_file(export, tmp_path / "out", part_rows=40, jobs=2)
    finally:
        stop.set()
        killer.join()
    code_file(export, tmp_path / "out", part_rows=40)
    assert read_tree(tmp_path / "out") == reference


@pytest.fixture
def small_disk(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=128k", "tmpfs", str(disk)]
    try:
        made = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        made = False
    if not made:
        pytest.skip("a disk that fills up takes the right to mount one; the next test limits a file's size")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_one_error_and_more_room_goes_on(small_disk, export, reference):
    out = small_disk / "out"
    with pytest.raises(JobError, match=r"No space left on device.*Finished parts are kept"):
        code_file(export, out, part_rows=40)
    found = read_tree(out)
    assert found.items() <= reference.items()
    assert 0 < len(found) < len(reference)
    subprocess.run(["mount", "-o", "remount,size=8m", str(small_disk)], check=True)
    assert code_file(export, out, part_rows=40).kept > 0
    assert read_tree(out) == reference


def test_a_file_that_may_not_grow_is_one_error(export, reference, tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, hard))
    try:
        with pytest.raises(JobError, match="File too large"):
            code_file(export, tmp_path / "out", part_rows=40)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    found = read_tree(tmp_path / "out")
    assert found.items() <= reference.items()
    code_file(export, tmp_path / "out", part_rows=40)
    assert read_tree(tmp_path / "out") == reference


@pytest.mark.parametrize("moment", ["manifest.json", "part-00000.json", "part-00004.json"])
def test_ctrl_c_is_one_line_and_leaves_nothing_half(moment, export, reference, tmp_path):
    out = tmp_path / "out"
    command = [sys.executable, "-c", CLI, "classify", export, "--out", out, "--jobs", "2"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, encoding="utf-8", start_new_session=True) as run:
        while not (out / "job" / moment).exists():
            assert run.poll() is None
            time.sleep(0.01)
        os.killpg(run.pid, signal.SIGINT)  # as a terminal does: workers get it too
        told = run.stderr.read()
    assert run.returncode == 130, told
    assert told == "why-nps: stopped.\n"
    assert read_tree(out).items() <= reference.items()
    code_file(export, out, part_rows=40)
    assert read_tree(out) == reference


def test_a_folder_that_may_not_be_written(export, tmp_path):
    closed = Path("/sys") if os.geteuid() == 0 else tmp_path / "closed"  # nothing is closed to root but this
    if os.geteuid():
        closed.mkdir(mode=0o500)
    with pytest.raises(JobError, match="Cannot write to"):
        code_file(export, closed / "out")
    (tmp_path / "file").write_text("x")
    with pytest.raises(JobError, match="Cannot write to"), open_folder(tmp_path / "file"):
        pass
    assert (tmp_path / "file").read_text() == "x"
