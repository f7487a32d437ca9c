"""What may be asked of the service and what it answers, as OpenAPI shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

MOST_ANSWERS = 1_000
LONGEST = 10_000
MOST_ROWS = 5_000
MOST_SEGMENTS = 5

Answer = Annotated[str, StringConstraints(max_length=LONGEST)]
# The names that the tables of the package have themselves are refused where they are read.
Name = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,30}$")]


@dataclass(frozen=True, slots=True)
class Limits:
    """What one process takes on at once.

    Parameters
    ----------
    body : int
        Bytes of a request.
    seconds : float
        For reading a request, and again for answering it.
    waiting : int
        Answers that wait to be coded; a request that would make them more is told to come back.
    tables : int
        Tables that wait to be explained.
    """

    body: int = 5_000_000
    seconds: float = 30.0
    waiting: int = 10_000
    tables: int = 4


class CodeRequest(BaseModel):
    """Answers to code."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"answers": ["Monteur was top!! maar na 3x bellen (06-12345678) nog geen factuur"]}]
        }
    )

    answers: Annotated[
        list[Answer], Field(min_length=1, max_length=MOST_ANSWERS, description="As typed, one or many.")
    ]
    mask: Annotated[bool, Field(strict=True, description="Mask personal data in the texts given back.")] = (
        True
    )


class MentionForm(BaseModel):
    """A theme that an answer mentions."""

    theme: str
    kind: str
    probability: Annotated[float, Field(ge=0, le=1)]
    start: Annotated[int, Field(ge=0, description="Of the clause, in the text given back.")]
    end: Annotated[int, Field(ge=0)]


class CodedForm(BaseModel):
    """What one answer says."""

    text: Annotated[str, Field(description="Mended and masked; as typed where mask is false.")]
    status: Annotated[str, Field(description="content, no_content or empty.")]
    mentions: list[MentionForm]
    flags: Annotated[dict[str, float], Field(description="Probability of each flag found, 0..1.")]


class CodeResponse(BaseModel):
    """What answers say, in their order."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "model": "nl-base 1",
                    "answers": [
                        {
                            "text": "te duur, bel [telefoon]",
                            "status": "content",
                            "mentions": [
                                {"theme": "price", "kind": "pain", "probability": 0.9, "start": 0, "end": 7}
                            ],
                            "flags": {"callback": 1.0, "pii": 1.0},
                        }
                    ],
                }
            ]
        }
    )

    model: str
    answers: list[CodedForm]


class Row(BaseModel):
    """An answer with its score."""

    text: Answer | None = None
    score: Annotated[int, Field(ge=0, le=10, strict=True)] | None = None
    segments: Annotated[
        dict[Name, Annotated[str, StringConstraints(max_length=100)]], Field(max_length=MOST_SEGMENTS)
    ] = {}


class ExplainRequest(BaseModel):
    """A small table to explain; larger ones are for `why-nps report`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "rows": [
                        {"score": 9, "text": "Snelle levering", "segments": {"branch": "Ede"}},
                        {"score": 3, "text": "Pakket kwam te laat", "segments": {"branch": "Tiel"}},
                    ],
                    "by": ["branch"],
                }
            ]
        }
    )

    rows: Annotated[list[Row], Field(min_length=1, max_length=MOST_ROWS)]
    by: Annotated[list[Name], Field(max_length=MOST_SEGMENTS, description="Segments to compare by.")] = []
    minimum_n: Annotated[
        int, Field(ge=2, le=1_000, strict=True, description="Groups with fewer answers are suppressed.")
    ] = 10


class State(BaseModel):
    """How the service is."""

    status: str


class Problem(BaseModel):
    """Why a request was not answered; never holds what was sent."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "detail": "The request is not as described.",
                    "where": ["body.answers.0: should be a string"],
                }
            ]
        }
    )

    detail: str
    where: list[str] = []
