"""Locks that a fork does not leave shut."""

from __future__ import annotations

import os
from threading import Lock


def make_lock() -> Lock:
    """Return a lock that nobody holds in a child process.

    A process that forks waits until the lock is free: the child gets nothing half-written, and no lock that a
    thread holds which is not there.
    """
    lock = Lock()
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)
    return lock
