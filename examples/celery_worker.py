"""Celery: a task that codes an answer, a worker with two processes, and a broker that is a folder.

The worker reads this module too, and loads and warms the model before its processes fork: they share it.
With a broker of your own the rest stays as it is.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

from celery import Celery

import why_nps

HOME = Path(os.environ.get("CELERY_HOME", "celery")).resolve()
ANSWERS = ["Monteur was top!! maar na 3x bellen nog geen factuur", "Veel te duur", "nvt"] * 4
WAIT = 120  # seconds

app = Celery("celery_worker", broker="filesystem://", backend=f"file://{HOME}/results")
app.conf.broker_transport_options = {
    "data_folder_in": f"{HOME}/queue",
    "data_folder_out": f"{HOME}/queue",
    "control_folder": f"{HOME}/control",
    "polling_interval": 0.1,
}
app.conf.broker_connection_retry_on_startup = True
for name in ("queue", "results", "control"):
    (HOME / name).mkdir(parents=True, exist_ok=True)

coder = why_nps.Coder.load()
if "CELERY_HOME" in os.environ:  # in the worker
    coder.warm_up()


@app.task(name="code_answer")
def code_answer(text: str) -> dict[str, object]:
    """Code one answer; the result is plain JSON."""
    return coder.code_one(text).to_dict()


def main() -> None:
    """Start a worker, send it answers, show what comes back, and stop it."""
    options = ["--pool", "prefork", "--concurrency", "2", "--loglevel", "error", "--without-mingle"]
    command = [sys.executable, "-m", "celery", "--app", Path(__file__).stem, "worker", *options]
    surroundings = os.environ | {"CELERY_HOME": str(HOME)}
    with subprocess.Popen(command, cwd=Path(__file__).parent, env=surroundings) as worker:
        try:
            sent = [code_answer.delay(text) for text in ANSWERS]
            told = [one.get(timeout=WAIT, interval=0.05) for one in sent]
        finally:
            worker.terminate()
    assert told == [json.loads(json.dumps(one.to_dict())) for one in coder.code_each(ANSWERS)]
    for one in told[:3]:
        print(one["status"], [mention["theme"] for mention in one["mentions"]], one["flags"])


if __name__ == "__main__":
    main()
