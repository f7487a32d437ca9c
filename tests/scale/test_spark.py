"""Spark, a real one with several worker processes: what it finds is what `code` and `explain` find here."""

import contextlib
import os
import shutil
import signal
import sys
import threading
import time

import psutil
import pyarrow as pa
import pytest

from why_nps.errors import InputError
from why_nps.scale import spark

from .comparing import check_explained, check_rows

JAVA = shutil.which("java") or os.environ.get("JAVA_HOME")
pytestmark = [
    pytest.mark.skipif(not JAVA, reason="Spark needs Java, and there is none on this machine"),
    # PySpark says so whenever it starts; answers do not pass through pandas on their way, see spark.py.
    pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning"),
]


@pytest.fixture(scope="module")
def session():
    """Two cores, and four attempts at each task, as on a cluster."""
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable  # workers are the Python that has this package
    builder = SparkSession.builder.master("local[2,4]").config("spark.ui.enabled", "false")
    for name, value in {
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "512m",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.adaptive.enabled": "false",
        "spark.log.level": "OFF",
    }.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


def to_frame(session, answers, parts):
    table = pa.Table.from_pandas(answers.frame, preserve_index=False)
    return session.createDataFrame(table).repartition(parts)


@pytest.fixture(scope="module")
def written(session, answers, tmp_path_factory):
    """Coded answers as a cluster keeps them."""
    folder = str(tmp_path_factory.mktemp("spark") / "coded")
    spark.code(to_frame(session, answers, 3)).write.parquet(folder)
    return session.read.parquet(folder)


def test_the_rows_are_those_of_code(written, coded):
    frame = written.toArrow().to_pandas()
    check_rows(frame, coded)


def test_other_columns_come_back_as_they_were(written, answers):
    found = written.select(*answers.frame.columns).toArrow().sort_by("answer_id")
    given = pa.Table.from_pandas(answers.frame, preserve_index=False).sort_by("answer_id")
    assert found.cast(given.schema.remove_metadata()).to_pylist() == given.to_pylist()


def test_the_explanation_is_that_of_explain(written, explained):
    check_explained(spark.explain(written, by=("branch", "employee"), asked=1000), explained)


def test_a_killed_worker_costs_nothing(session, answers, coded):
    tracker = session.sparkContext.statusTracker()
    found = []
    job = threading.Thread(
        target=lambda: found.append(spark.code(to_frame(session, answers, 12)).toArrow().to_pandas())
    )
    job.start()
    failed = 0
    while job.is_alive() and not failed:
        for worker in find_workers()[:1]:
            os.kill(worker.pid, signal.SIGKILL)
        time.sleep(0.3)
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        failed = sum(stage.numFailedTasks for stage in stages if stage)
    job.join()
    assert failed
    check_rows(found[0], coded)


def find_workers():
    """Find the processes at work: children of the daemon that Spark forks them from."""
    daemons, workers = set(), []
    for child in psutil.Process().children(recursive=True):  # parents come before their children
        with contextlib.suppress(psutil.NoSuchProcess):
            if "pyspark.daemon" in child.cmdline():
                daemons.add(child.pid)
                if child.ppid() in daemons and child.cpu_times().user > 0.2:
                    workers.append(child)
    return workers


@pytest.mark.parametrize(
    "columns, said",
    [
        ({"antwoord": ["goed"]}, "no column 'text'"),
        ({"text": ["goed"], "status": ["nieuw"]}, "a column 'status' already"),
        ({"text": [3]}, "not text"),
    ],
)
def test_frames_that_cannot_be_coded(session, columns, said):
    with pytest.raises(InputError, match=said):
        spark.code(session.createDataFrame(pa.table(columns)))


def test_frames_that_cannot_be_explained(written):
    with pytest.raises(InputError, match="no column 'filiaal'"):
        spark.explain(written, by="filiaal")
    with pytest.raises(InputError, match="'score' holds StringType"):
        spark.explain(written.withColumn("score", written["score"].cast("string")))
