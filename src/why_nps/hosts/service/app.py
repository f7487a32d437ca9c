"""The service itself: its paths, and what is said where a request is not as it should be."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

import pandas as pd
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response

import why_nps
from why_nps.errors import InputError
from why_nps.flow import code, explain
from why_nps.hosts.service.batching import Batcher, QueueFullError
from why_nps.hosts.service.forms import (
    CodeRequest,
    CodeResponse,
    ExplainRequest,
    Limits,
    Problem,
    State,
)
from why_nps.hosts.service.guard import Guard
from why_nps.hosts.service.metrics import Metrics
from why_nps.reading import read_answers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from why_nps.flow import Coder
    from why_nps.hosts.service.batching import Result

_AGAIN = {"Retry-After": "1"}
_FIELDS = frozenset(("body", "answers", "mask", "rows", "text", "score", "segments", "by", "minimum_n"))
_REFUSALS: dict[int | str, dict[str, Any]] = {
    400: {"model": Problem, "description": "The body is no JSON."},
    401: {"model": Problem, "description": "The key is missing or wrong."},
    408: {"model": Problem, "description": "The request came too slowly."},
    413: {"model": Problem, "description": "The request is too large."},
    422: {"model": Problem, "description": "The request is not as described here."},
    503: {"model": Problem, "description": "Too much waits: come back after Retry-After seconds."},
}


def build_app(coder: Coder, *, limits: Limits | None = None, key: str | None = None) -> FastAPI:
    """Build the service as an ASGI application.

    Parameters
    ----------
    coder : Coder
    limits : Limits, optional
    key : str, optional
        That every request but those for health must bring.

    Returns
    -------
    FastAPI

    Examples
    --------
    >>> from why_nps import Coder
    >>> sorted(path for path in build_app(Coder.load()).openapi()["paths"] if path.startswith("/v1"))
    ['/v1/code', '/v1/explain']
    """
    limits = limits or Limits()
    batcher = Batcher(lambda texts: _code_both(coder, texts), limits.waiting)
    metrics = Metrics(lambda: batcher.waiting)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        coder.warm_up()  # before anybody is let in
        running = asyncio.create_task(batcher.run())
        yield
        running.cancel()

    app = FastAPI(
        title="why_nps",
        version=why_nps.__version__,
        description="Reads open Dutch answers to 'Waarom geeft u deze score?'.",
        lifespan=lifespan,
        docs_url=None,  # their pages load scripts from elsewhere
        redoc_url=None,
    )
    app.add_middleware(Guard, limits=limits, key=key, metrics=metrics)
    app.add_exception_handler(RequestValidationError, _tell_where)
    app.add_exception_handler(InputError, _tell_why)
    app.add_exception_handler(QueueFullError, _tell_later)
    app.add_exception_handler(TimeoutError, _tell_later)
    _add_work(app, coder, limits, batcher, metrics)
    _add_health(app, limits, batcher, metrics)
    if key is not None:
        _describe_key(app)
    return app


def _add_work(app: FastAPI, coder: Coder, limits: Limits, batcher: Batcher, metrics: Metrics) -> None:
    name = f"{coder.bundle.name} {coder.bundle.version}"
    one_at_a_time, asked = asyncio.Semaphore(1), set[object]()

    @app.post("/v1/code", response_model=CodeResponse, responses=_REFUSALS)
    async def code_answers(request: CodeRequest) -> Response:
        """Find the themes, kinds and flags of answers, one or many."""
        async with asyncio.timeout(limits.seconds):
            coded = await batcher.submit(request.answers)
        metrics.answers.inc(len(coded))
        pairs = (
            masked if request.mask else (text, plain)
            for text, (plain, masked) in zip(request.answers, coded, strict=True)
        )
        return JSONResponse(
            {"model": name, "answers": [{"text": text, **said.to_dict()} for text, said in pairs]}
        )

    @app.post(
        "/v1/explain", responses=_REFUSALS | {200: {"description": "As `Explanation.to_json` writes it."}}
    )
    async def explain_table(request: ExplainRequest) -> Response:
        """Explain a small table: estimates, drivers and masked verbatims."""
        if len(asked) >= limits.tables:
            raise QueueFullError
        asked.add(request_id := object())
        try:
            async with asyncio.timeout(limits.seconds), one_at_a_time:
                explained = await asyncio.to_thread(_explain, coder, request)
        finally:
            asked.discard(request_id)
        return Response(explained, media_type="application/json")


def _add_health(app: FastAPI, limits: Limits, batcher: Batcher, metrics: Metrics) -> None:
    @app.get("/healthz")
    async def is_alive() -> State:
        """Say that the process answers."""
        return State(status="alive")

    @app.get("/readyz", responses={503: _REFUSALS[503]})
    async def is_ready() -> State:
        """Say whether there is room for more."""
        if batcher.waiting >= limits.waiting:
            raise QueueFullError
        return State(status="ready")

    @app.get(
        "/metrics",
        response_class=Response,
        responses={200: {"content": {"text/plain": {}}}, 401: _REFUSALS[401]},
    )
    async def show_metrics() -> Response:
        """Show counts and seconds to Prometheus."""
        return Response(metrics.show(), media_type="text/plain; version=1.0.0; charset=utf-8")


def _code_both(coder: Coder, texts: Sequence[str]) -> list[Result]:
    """Return for each text what it says, and the masked text with what it says."""
    coded = coder.code_each(texts)
    return list(zip(coded, coder.mask_each(texts, coded), strict=True))


def _explain(coder: Coder, request: ExplainRequest) -> str:
    names = list(dict.fromkeys(name for row in request.rows for name in row.segments))
    columns: dict[str, list[object]] = {
        "text": [row.text for row in request.rows],
        "score": [None if row.score is None else str(row.score) for row in request.rows],
    }
    columns |= {
        f"segment {place}": [row.segments.get(name) for row in request.rows]
        for place, name in enumerate(names)
    }
    answers = read_answers(
        pd.DataFrame(columns, dtype="str"),
        text="text",
        score="score",
        answer_id=False,
        date=False,
        weight=False,
        segments={name: f"segment {place}" for place, name in enumerate(names)},
    )
    coded = code(answers, model=coder.bundle)
    return explain(coded, by=request.by, minimum_n=request.minimum_n, model=coder.bundle).to_json()


async def _tell_where(_: Request, error: Exception) -> Response:
    """Say which field is wrong and how, not what it held; a name that a client made up may hold it too."""
    told = []
    for one in error.errors() if isinstance(error, RequestValidationError) else []:
        place = [str(part) if isinstance(part, int) or part in _FIELDS else "..." for part in one["loc"]]
        told.append(f"{'.'.join(place)}: {one['type']}")
    return JSONResponse({"detail": "The request is not as described.", "where": told[:20]}, 422)


async def _tell_why(_: Request, error: Exception) -> Response:
    return JSONResponse({"detail": str(error)}, 422)


async def _tell_later(_: Request, __: Exception) -> Response:
    return JSONResponse({"detail": "Too much waits: come back later."}, 503, _AGAIN)


def _describe_key(app: FastAPI) -> None:
    """Tell in the description that a key is needed; the guard asks for it, before a body is read."""
    schema = app.openapi()
    schema.setdefault("components", {})["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
    for path in ("/v1/code", "/v1/explain", "/metrics"):
        for operation in schema["paths"][path].values():
            operation["security"] = [{"key": []}]
