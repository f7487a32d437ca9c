"""The files of SemEval-2016, task 5, subtask 1: sentences of reviews, with the opinions marked in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from why_nps.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

POLARITIES = ("negative", "neutral", "positive")


@dataclass(frozen=True, slots=True)
class Opinion:
    """One opinion; ``start`` equals ``end`` where its target is not named."""

    category: str
    polarity: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of a review, with the opinions marked in it."""

    review: str
    text: str
    opinions: tuple[Opinion, ...]


class _Builder(ET.TreeBuilder):
    # Entities, which can grow without end or read other files, need a document type first.
    def doctype(self, *_: object) -> None:
        raise InputError("The file declares a document type, which can hide harm; give the file as released.")


def read_split(train: str, test: str) -> tuple[list[Sentence], list[Sentence]]:
    """Read both files, and refuse a test file whose reviews were trained on."""
    seen, unseen = read_sentences(train), read_sentences(test)
    both = {sentence.review for sentence in seen} & {sentence.review for sentence in unseen}
    if both:
        raise InputError(
            f"{len(both)} reviews are in {train!r} and in {test!r}: give the test file as released."
        )
    return seen, unseen


def read_sentences(path: str) -> list[Sentence]:
    """Read a file of subtask 1; sentences marked as out of scope are left out, as in the task."""
    try:
        root = ET.parse(path, ET.XMLParser(target=_Builder())).getroot()  # noqa: S314  see _Builder
    except OSError as error:
        raise InputError(f"Cannot read {path!r}: {error.strerror}.") from error
    except InputError as error:
        raise InputError(f"{path!r}: {error}") from None
    except (ET.ParseError, LookupError, ValueError) as error:
        raise InputError(f"{path!r} is no well-formed XML: {error}.") from error
    sentences = [
        _read_sentence(element, review.get("rid", ""), path)
        for review in root.iterfind("Review")
        for element in review.iterfind("sentences/sentence")
        if element.get("OutOfScope", "").upper() != "TRUE"
    ]
    if not any(sentence.opinions for sentence in sentences):
        raise InputError(
            f"{path!r} has no sentence with opinions (Reviews/Review/sentences/sentence/Opinions): give a "
            "training or gold file of subtask 1."
        )
    return sentences


def _read_sentence(element: ET.Element, review: str, path: str) -> Sentence:
    where = f"{path!r}, sentence {element.get('id', '?')!r}"
    text = element.findtext("text")
    if not review or not text:
        raise InputError(f"{where}: no text, or a review without rid; give the file with its texts.")
    found = tuple(_read_opinion(opinion, text, where) for opinion in element.iterfind("Opinions/Opinion"))
    return Sentence(review, text, found)


def _read_opinion(element: ET.Element, text: str, where: str) -> Opinion:
    category, polarity = element.get("category", ""), element.get("polarity", "")
    if category.count("#") != 1 or polarity not in POLARITIES:
        raise InputError(f"{where}: an opinion needs category ENTITY#ATTRIBUTE and polarity {POLARITIES}.")
    if element.get("target", "NULL") == "NULL":
        return Opinion(category, polarity, 0, 0)
    try:
        start, end = int(element.get("from", "")), int(element.get("to", ""))
    except ValueError:
        raise InputError(f"{where}: 'from' and 'to' of a target must be whole numbers.") from None
    if not 0 <= start < end <= len(text):
        raise InputError(f"{where}: target at {start} to {end}, but the text has {len(text)} characters.")
    return Opinion(category, polarity, start, end)


def list_opinions(sentences: Sequence[Sentence]) -> list[tuple[Sentence, Opinion]]:
    """List each opinion with its sentence."""
    return [(sentence, opinion) for sentence in sentences for opinion in sentence.opinions]
