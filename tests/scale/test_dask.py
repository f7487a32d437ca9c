"""Dask, with real worker processes: what it finds is what `code` and `explain` find here."""

import os
import signal
import time

import dask.dataframe as dd
import numpy as np
import pytest
from distributed import Client, LocalCluster

from why_nps.core.tables import ESTIMATES
from why_nps.errors import InputError
from why_nps.scale import dask

from .comparing import check_explained, check_rows


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("dask"))
    options = {"processes": True, "dashboard_address": ":0", "local_directory": folder}
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, **options) as cluster,
        Client(cluster) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def persisted(client, answers):  # noqa: ARG001 - the client is where it runs
    return dask.code(dd.from_pandas(answers.frame, npartitions=3)).persist()


def test_the_rows_are_those_of_code(persisted, answers, coded):
    found = persisted.compute()
    check_rows(found, coded)
    assert found["score"].tolist() == answers.frame["score"].tolist()
    assert found.index.equals(answers.frame.index)


def test_the_explanation_is_that_of_explain(persisted, explained):
    check_explained(dask.explain(persisted, by=("branch", "employee"), asked=1000), explained)


# Dask's own use of pandas.
@pytest.mark.filterwarnings("ignore:The inplace keyword in DataFrame")
def test_written_and_read_back(persisted, tmp_path, explained):
    persisted.to_parquet(tmp_path / "coded")
    back = dd.read_parquet(tmp_path / "coded", dtype_backend="pyarrow")
    found = dask.explain(back).estimates
    shared = found.merge(explained.estimates, on=list(ESTIMATES.key))
    assert len(found) == len(shared) > 500
    np.testing.assert_allclose(shared["estimate_x"], shared["estimate_y"])


def test_a_killed_worker_costs_nothing(client, answers, coded):
    before = client.run(os.getpid)
    lost = set(before.values())
    work = client.compute(dask.code(dd.from_pandas(answers.frame, npartitions=12)))
    while not (busy := [worker for worker, tasks in client.processing().items() if tasks]):
        assert work.status == "pending"
        time.sleep(0.01)
    os.kill(before[busy[0]], signal.SIGKILL)
    check_rows(work.result(timeout=60), coded)
    client.wait_for_workers(2, timeout=60)
    assert set(client.run(os.getpid).values()) != lost


@pytest.mark.parametrize(
    "rename, said",
    [({"text": "antwoord"}, "no column 'text'"), ({"branch": "flags"}, "a column 'flags' already")],
)
def test_frames_that_cannot_be_coded(answers, rename, said):
    with pytest.raises(InputError, match=said):
        dask.code(dd.from_pandas(answers.frame.rename(columns=rename), npartitions=1))


def test_frames_that_cannot_be_explained(persisted):
    with pytest.raises(InputError, match="no column 'filiaal'"):
        dask.explain(persisted, by="filiaal")
    with pytest.raises(InputError, match="'score' holds"):
        dask.explain(persisted.assign(score="8"))
