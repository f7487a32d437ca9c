"""What Prometheus may know: counts and seconds, no texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)


class Metrics:
    """The counts of one service.

    Parameters
    ----------
    count_waiting : callable
        Says how many answers wait.
    """

    def __init__(self, count_waiting: Callable[[], float]) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "why_nps_requests", "Requests by path and status.", ["path", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            *("why_nps_request_seconds", "Seconds a request took.", ["path"]),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.answers = Counter("why_nps_answers", "Answers coded.", registry=self._registry)
        waiting = Gauge("why_nps_waiting_answers", "Answers that wait.", registry=self._registry)
        waiting.set_function(count_waiting)

    def note(self, path: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        self._requests.labels(path, str(status)).inc()
        self._seconds.labels(path).observe(seconds)

    def show(self) -> bytes:
        """Return everything in the text form of Prometheus."""
        return generate_latest(self._registry)
