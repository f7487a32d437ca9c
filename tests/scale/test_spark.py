"""Spark, a real one with several executors: what it finds is what `code` and `explain` find here."""

import contextlib
import os
import shutil
import sys
import threading
import time
from pathlib import Path

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

EXECUTORS, PARTS = 2, 12


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """A master and two executors, each a process of its own, and four attempts at each task."""
    import pyspark
    from pyspark.sql import SparkSession

    home = tmp_path_factory.mktemp("home")  # executors write beside the programs: not in the package
    for path in Path(pyspark.__file__).parent.iterdir():
        (home / path.name).symlink_to(path)
    quick = "-XX:+UseSerialGC -XX:TieredStopAtLevel=1"  # compiling well takes longer than these jobs
    builder = SparkSession.builder.master(f"local-cluster[{EXECUTORS},1,512]")
    for name, value in {
        "spark.ui.enabled": "false",
        "spark.driver.memory": "512m",
        "spark.driver.extraJavaOptions": quick,
        "spark.executor.memory": "512m",
        "spark.executor.extraJavaOptions": quick,
        "spark.shuffle.io.retryWait": "1s",  # before what a lost executor held is made again
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.adaptive.enabled": "false",
        "spark.log.level": "OFF",
    }.items():
        builder = builder.config(name, value)
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("PYSPARK_PYTHON", sys.executable)  # workers are the Python that has this package
        environment.setenv("SPARK_HOME", str(home))
        environment.setenv("SPARK_LOCAL_IP", "127.0.0.1")
        session = builder.getOrCreate()
        yield session
        session.stop()


def to_frame(session, answers, parts):
    table = pa.Table.from_pandas(answers.frame, preserve_index=False)
    return session.createDataFrame(table).repartition(parts)


def find_processes():
    """Find the executors, and the Python processes at work in each; Spark forks these from a daemon."""
    executors = {}
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            if "CoarseGrainedExecutorBackend" in " ".join(child.cmdline()):
                executors[child] = [
                    worker
                    for daemon in child.children()
                    for worker in daemon.children()
                    if worker.cpu_times().user > 0.2
                ]
    return executors


@pytest.fixture(scope="module")
def kept(session, answers, tmp_path_factory):
    """Coded answers as a cluster keeps them, and how the work went: one executor was killed under way."""
    folder = str(tmp_path_factory.mktemp("spark") / "coded")
    tracker = session.sparkContext.statusTracker()
    job = threading.Thread(target=spark.code(to_frame(session, answers, PARTS)).write.parquet, args=(folder,))
    job.start()
    killed = None
    while job.is_alive() and killed is None:
        time.sleep(0.01)
        executors = find_processes()
        for stage in filter(None, map(tracker.getStageInfo, tracker.getActiveStageIds())):
            busy = stage.numActiveTasks >= EXECUTORS == len(executors)
            if stage.numTasks == PARTS and stage.numCompletedTasks and busy:
                next(executor for executor, workers in executors.items() if workers).kill()
                killed = stage.stageId
    job.join()
    return session.read.parquet(folder), tracker.getStageInfo(killed)


@pytest.fixture(scope="module")
def written(kept):
    return kept[0]


def test_a_killed_executor_costs_nothing(kept, coded):
    frame, stage = kept
    assert stage.currentAttemptId or stage.numFailedTasks  # what it had done or was at was done again
    check_rows(frame.toArrow().to_pandas(), coded)


def test_other_columns_come_back_as_they_were(written, answers):
    found = written.select(*answers.frame.columns).toArrow().sort_by("answer_id")
    given = pa.Table.from_pandas(answers.frame, preserve_index=False).sort_by("answer_id")
    assert found.cast(given.schema.remove_metadata()).to_pylist() == given.to_pylist()


def test_the_explanation_is_that_of_explain(written, explained):
    check_explained(spark.explain(written, by=("branch", "employee"), asked=1000), explained)


def test_a_killed_python_costs_nothing(session, answers, coded):
    tracker = session.sparkContext.statusTracker()
    found = []
    job = threading.Thread(
        target=lambda: found.append(spark.code(to_frame(session, answers, PARTS)).toArrow().to_pandas())
    )
    job.start()
    failed = 0
    while job.is_alive() and not failed:
        for worker in [one for workers in find_processes().values() for one in workers][:1]:
            worker.kill()
        time.sleep(0.3)
        stages = [tracker.getStageInfo(stage) for stage in tracker.getActiveStageIds()]
        failed = sum(stage.numFailedTasks for stage in stages if stage)
    job.join()
    assert failed
    check_rows(found[0], coded)


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
