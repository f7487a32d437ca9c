"""Coded answers: the corpus that ships with the package, and coded files of a user's own.

The shipped corpus was written for this project, not collected from customers.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from why_nps.errors import InputError
from why_nps.text import find_personal_data, normalise_answer, split_clauses
from why_nps.training.doubles import find_near_duplicates

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from importlib.resources.abc import Traversable

    from why_nps.core.codebook import Codebook

Pair = tuple[str, str]

# Sectors kept out of training whole, and sectors of which every second answer is kept out.
# Together they are the test split; the demo export is built from its answers.
TEST_SECTORS = frozenset(
    {"furniture_store", "garden_centre", "diy_store", "kitchen_supplier", "appliance_maker", "florist"}
)
SHARED_SECTORS = frozenset({"webshop", "electronics_retail", "outdoor_shop", "bicycle_shop", "drugstore"})
# Files written later, all for training: they lend nothing to the test split.
_TRAINING_ONLY = re.compile(r"t[1-3]\d-\d{4}")
# The rules for flags, personal data and answers without content were written while reading these files.
_READ_FOR_RULES = re.compile(r"t[13579]-\d{4}")
_OVERLAP = 0.6


@dataclass(frozen=True, slots=True)
class CodedMention:
    """What a coder marked: the span as typed ("" where nobody told), its theme and its kind."""

    span: str = field(repr=False)
    theme: str
    kind: str


@dataclass(frozen=True, slots=True)
class CodedAnswer:
    """An answer with what a coder found in it.

    Parameters
    ----------
    answer_id, sector, text : str
    score : int or None
        0..10; never a feature of the model.
    mentions : tuple of CodedMention
    flags : frozenset of str
    flags_coded : bool
        False where nobody looked for flags: the answer is then neither scored on them nor learned from.
    coder : str
        Who coded it; "" where nobody told.
    """

    answer_id: str
    sector: str
    text: str = field(repr=False)
    score: int | None
    mentions: tuple[CodedMention, ...]
    flags: frozenset[str]
    flags_coded: bool = True
    coder: str = ""

    @property
    def pairs(self) -> set[Pair]:
        """Theme and kind of each mention."""
        return {(mention.theme, mention.kind) for mention in self.mentions}


@dataclass(frozen=True, slots=True)
class CodedClause:
    """A clause on its own, from a clause bank or a coded answer; no pairs: no opinion.

    The sector is "" where the bank tells none. Where a clause was written for a flag, nobody said what
    else it mentions.
    """

    text: str = field(repr=False)
    pairs: frozenset[Pair]
    sector: str = ""
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Split:
    """The corpus in two parts that share no answer and no near-duplicate."""

    train: list[CodedAnswer]
    test: list[CodedAnswer]


def read_coded_answers(source: str | Path | Traversable, codebook: Codebook) -> list[CodedAnswer]:
    """Read coded answers from a JSON Lines file.

    Parameters
    ----------
    source : str, Path or Traversable
        One record a line, in the form of ``data/corpus/ANNOTATION.md``.
    codebook : Codebook
        Every theme, kind and flag must be in it.

    Returns
    -------
    list of CodedAnswer

    Raises
    ------
    InputError
        If the file cannot be read, or a record is malformed; the line is named.
    """
    path = Path(source) if isinstance(source, str) else source
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"Cannot read coded answers from {path.name!r}: {type(error).__name__}.") from error
    return _read_records(text, path.name, codebook)


def _read_records(text: str, name: str, codebook: Codebook) -> list[CodedAnswer]:
    coded = [
        _read_record(line, f"{name}, line {number}", codebook)
        for number, line in enumerate(text.splitlines(), start=1)
        if line.strip()
    ]
    if not coded:
        raise InputError(f"{name!r} holds no coded answers.")
    return coded


def _read_record(line: str, where: str, codebook: Codebook) -> CodedAnswer:
    try:
        record: dict[str, Any] = json.loads(line)
        text = record["answer"]
        mentions = tuple(CodedMention(m["span"], m["theme"], m["kind"]) for m in record["mentions"])
        score = record.get("score")
        answer = CodedAnswer(
            str(record["id"]),
            str(record.get("sector", "")),
            text,
            None if score is None else int(score),
            mentions,
            frozenset(record.get("flags", ())),
            "flags" in record,
        )
    except (json.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise InputError(
            f"{where}: not a coded answer ({type(error).__name__}); needs id, answer and mentions."
        ) from error
    if not isinstance(text, str):
        raise InputError(f"{where}: the answer is not text.")
    unknown = [m.theme for m in mentions if m.theme not in codebook.theme_ids]
    unknown += [m.kind for m in mentions if m.kind not in codebook.kind_ids]
    unknown += [flag for flag in answer.flags if flag not in codebook.flag_ids]
    if unknown:
        raise InputError(f"{where}: {unknown[0]!r} is not in the codebook {codebook.name!r}.")
    if any(not mention.span or mention.span not in text for mention in mentions):
        raise InputError(f"{where}: a span does not occur in its answer; copy spans letter by letter.")
    return answer


def load_corpus(codebook: Codebook) -> list[CodedAnswer]:
    """Load the shipped coded answers."""
    corpus = []
    for file in sorted(files("why_nps").joinpath("data", "corpus").iterdir(), key=lambda item: item.name):
        if file.name.endswith(".jsonl"):
            corpus += read_coded_answers(file, codebook)
        elif file.name.endswith(".jsonl.gz"):  # those for training only, packed to keep the package small
            corpus += _read_records(gzip.decompress(file.read_bytes()).decode(), file.name, codebook)
    return corpus


def load_clause_bank() -> list[CodedClause]:
    """Load the shipped single clauses, which balance rare themes and flags and widen the vocabulary."""
    themes = [
        CodedClause(text, frozenset() if theme == "none" else frozenset({(theme, kind)}), "".join(sector))
        for theme, kind, text, *sector in _read_rows("clauses")
    ]
    flags = [CodedClause(text, frozenset(), flags=frozenset({flag})) for flag, text in _read_rows("flags")]
    return themes + flags


def _read_rows(prefix: str) -> list[list[str]]:
    folder = files("why_nps").joinpath("data", "corpus")
    names = sorted(item.name for item in folder.iterdir() if item.name.startswith(prefix))
    return [
        line.split("\t")
        for name in names
        for line in folder.joinpath(name).read_text(encoding="utf-8").splitlines()
    ]


def split_corpus(answers: Sequence[CodedAnswer], bank: Sequence[CodedClause]) -> Split:
    """Split answers into training and test, by sector and by a hash of the id.

    A test answer that nearly equals a training answer or a clause of the bank is left out of both.
    """
    held = [answer for answer in answers if _is_held_out(answer)]
    train = [answer for answer in answers if not _is_held_out(answer)]
    known = [answer.text for answer in train] + [clause.text for clause in bank]
    near = find_near_duplicates([answer.text for answer in held], known)
    return Split(train, [answer for answer, double in zip(held, near, strict=True) if not double])


def _is_held_out(answer: CodedAnswer) -> bool:
    if is_for_training_only(answer):
        return False
    odd = hashlib.sha256(answer.answer_id.encode()).digest()[-1] % 2 == 1
    return answer.sector in TEST_SECTORS or (answer.sector in SHARED_SECTORS and odd)


def is_for_training_only(answer: CodedAnswer) -> bool:
    """Say whether an answer is of a file written for training, by a hand that wrote clauses too."""
    return bool(_TRAINING_ONLY.fullmatch(answer.answer_id))


def is_new_to_rules(answer: CodedAnswer) -> bool:
    """Say whether the rules of the text room were written without having seen this answer."""
    return not _READ_FOR_RULES.fullmatch(answer.answer_id)


def cut_coded(answer: CodedAnswer) -> list[CodedClause]:
    """Cut a coded answer as it is cut in use, and give each clause the pairs of the spans it holds.

    A span belongs to the clause that holds most of it, and to every clause that it mostly covers. Where the
    span of a mention is not told, the answer stays whole: no clause can be said to lack it.
    """
    normal = normalise_answer(answer.text)
    spans = split_clauses(normal.text)
    if spans and not all(mention.span for mention in answer.mentions):
        return [CodedClause(normal.text, frozenset(answer.pairs))]
    raw = [normal.to_raw(start, end) for start, end in spans]
    pairs: list[set[Pair]] = [set() for _ in spans]
    for mention in answer.mentions:
        start = answer.text.find(mention.span)
        end = start + len(mention.span)
        shared = [max(0, min(end, high) - max(start, low)) for low, high in raw]
        for index, (low, high) in enumerate(raw):
            if shared[index] and (shared[index] == max(shared) or shared[index] >= _OVERLAP * (high - low)):
                pairs[index].add((mention.theme, mention.kind))
    return [
        CodedClause(normal.text[start:end], frozenset(found))
        for (start, end), found in zip(spans, pairs, strict=True)
    ]


def forget_personal_data(text: str) -> str:
    """Return a text without its personal data: whose name or number it is says nothing of a theme.

    Examples
    --------
    >>> forget_personal_data("Geholpen door Sanne, bel 06-12345678")
    'Geholpen door  , bel '
    """
    for item in reversed(find_personal_data(text)):
        text = f"{text[: item.start]} {text[item.end :]}"
    return text


def to_clauses(answers: Iterable[CodedAnswer]) -> list[CodedClause]:
    """Return the clauses to learn from: those cut as in use, and the coders' spans themselves."""
    clauses: dict[CodedClause, None] = {}
    for answer in answers:
        clauses |= dict.fromkeys(cut_coded(answer))
        for mention in answer.mentions:
            same = {(m.theme, m.kind) for m in answer.mentions if m.span == mention.span}
            if mention.span:
                clauses[CodedClause(mention.span, frozenset(same))] = None
    return list(clauses)
