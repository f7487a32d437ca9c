"""What importing does, and does not do."""

import subprocess
import sys

import pytest

import why_nps

HEAVY = ("pandas", "sklearn", "matplotlib", "scipy", "statsmodels", "pyarrow")


def python(statement):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", statement], capture_output=True, encoding="utf-8", check=True
    ).stdout


def test_importing_loads_nothing_heavy():
    loaded = python("import sys, why_nps; print(*sys.modules)").split()
    assert not [name for name in HEAVY if name in loaded]


def test_showing_the_codebook_loads_nothing_heavy():
    loaded = python(
        "import sys; import why_nps.core.codebook as c; c.load_codebook(); print(*sys.modules)"
    ).split()
    assert not [name for name in HEAVY if name in loaded]


@pytest.mark.parametrize("name", why_nps.__all__)
def test_every_public_name_can_be_had(name):
    assert getattr(why_nps, name) is not None
    assert name in dir(why_nps)


def test_an_unknown_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'onzin'"):
        _ = why_nps.onzin


def test_completion_shows_what_is_public_and_nothing_else():
    assert {name for name in dir(why_nps) if not name.startswith("_")} == set(why_nps.__all__)
