"""The wheel in an empty environment elsewhere: it finds its model and reads, without network or checkout."""

import shutil
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]

READ_WITHOUT_NETWORK = """
import socket
def refuse(*_, **__):
    raise OSError("no network in this test")
socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse
import why_nps
coded = why_nps.code(["Snelle levering, maar de app werkt niet"])
print(why_nps.__file__)
print(coded.mentions[["theme", "kind"]].to_numpy().tolist())
"""


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True)
    (wheel,) = folder.glob("*.whl")
    venv.create(folder / "venv", with_pip=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", str(wheel)], check=True, capture_output=True)
    return folder, python, wheel


def run(environment, *arguments):
    folder, python, _ = environment
    bare = {"PATH": "", "HOME": str(folder)}
    done = subprocess.run(
        [python, *arguments], cwd=folder, env=bare, check=True, capture_output=True, encoding="utf-8"
    )
    return done.stdout


def test_it_classifies_with_no_network_and_no_repository(environment):
    home, mentions = run(environment, "-I", "-c", READ_WITHOUT_NETWORK).splitlines()
    assert str(environment[0]) in home
    assert mentions == "[['delivery', 'delight'], ['digital', 'pain']]"


def test_its_command_explains_the_demo(environment):
    folder, python, _ = environment
    out = run(environment, str(python.with_name("why-nps")), "report", "--demo", "--out", str(folder / "out"))
    assert "Net Promoter Score" in out
    assert (folder / "out" / "rapport.html").stat().st_size < 2_000_000


def test_an_extra_that_is_not_installed_is_named(environment):
    (environment[0] / "x.sav").write_bytes(b"$FL2")
    reading = "import why_nps, sys\ntry:\n why_nps.read_answers('x.sav')\nexcept ImportError as e:\n print(e)"
    assert "why_nps[spss]" in run(environment, "-c", reading)


def test_bad_input_and_faults_leave_it_whole(environment):
    folder = environment[0]
    shutil.copytree(ROOT / "benchmarks", folder / "benchmarks")
    run(
        environment,
        str(folder / "benchmarks" / "reliability.py"),
        "--small",
        "--out",
        str(folder / "page.md"),
    )
    page = (folder / "page.md").read_text(encoding="utf-8")
    assert "(installed)" in page
    assert "Lost in all: **0**" in page


def test_the_package_is_small_with_both_its_models(environment):
    with ZipFile(environment[2]) as wheel:
        assert sum(part.file_size for part in wheel.infolist()) < 40_000_000
