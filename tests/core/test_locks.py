"""A child process can take every lock, whatever thread held it when the process forked."""

import os
import threading
import time

import pytest

from why_nps.core.locks import make_lock
from why_nps.reading import delimited
from why_nps.themes import labeller, reader

LOCKS = {"csv": delimited._FIELD_LIMIT, "liblinear": labeller._LIBLINEAR, "words": reader._LOCK}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
@pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning")  # forking beside threads is what is tested
@pytest.mark.parametrize("lock", [make_lock(), *LOCKS.values()], ids=["a new one", *LOCKS])
def test_a_child_finds_it_open(lock):
    held = threading.Event()

    def hold():
        with lock:
            held.set()
            time.sleep(0.2)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if not child:
        os._exit(0 if lock.acquire(timeout=5) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    thread.join()
    assert lock.acquire(timeout=5)
    lock.release()
