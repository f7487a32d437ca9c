"""Why a label: the words that carried each mention, exact, from the model's own scores.

The log odds of a theme are a sum over the words of its clause, and a rest that no word carried.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, NamedTuple

import pandas as pd

from why_nps.core.tables import VERBATIMS
from why_nps.flow.finding import check_version, find_in_texts
from why_nps.flow.quoting import FLAG
from why_nps.text import mask_personal_data, normalise_answer, split_clauses
from why_nps.themes import load_bundle
from why_nps.themes.classifier import check_texts
from why_nps.themes.features import locate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from why_nps.core.codebook import Codebook
    from why_nps.text.privacy.masking import MaskedText
    from why_nps.themes import Bundle

    Divide = Callable[[str], tuple[NDArray[Any], NDArray[Any]]]

_MENTIONS = ["mention", "clause", "theme", "kind", "probability", "log_odds", "rest", "start", "end"]
_WORDS = ["mention", "word", "start", "end", "share", "kind_share"]
_CARRYING = 0.25  # of the strongest word: what weighs less did not carry a mention
_LEAST = 1e-6
_FAINT = 0.05  # of the strongest word: what is weaker has no colour
_PAPER = '<div class="why-nps" style="font-family:sans-serif;line-height:1.9">{}</div>'
_MARK = '<span style="background:rgba({},{:.2f});border-radius:3px" title="{:+.2f}">{}</span>'
_FOR, _AGAINST = "46,125,50", "198,40,40"


@dataclass(frozen=True, slots=True)
class Reasons:
    """The words that carried each mention of an answer.

    Parameters
    ----------
    text : str
        The answer, mended and with personal data masked; offsets point into it.
    mentions : pandas.DataFrame
        A row a mention: ``mention`` (0, 1, ...), ``clause``, ``theme``, ``kind``, ``probability``,
        the theme's ``log_odds``, its ``rest`` that no word carried, ``start`` and ``end`` of the clause.
    words : pandas.DataFrame
        A row a word of a mention's clause: ``mention``, ``word``, ``start``, ``end``, its ``share`` of the
        log odds of the theme, and its ``kind_share`` of those of the kind, before kinds are made to sum to 1.
        The shares of a mention and its rest sum to its log odds. What is masked is one word.
    codebook : Codebook
        What the labels mean.
    """

    text: str
    mentions: pd.DataFrame
    words: pd.DataFrame
    codebook: Codebook

    def to_dict(self) -> dict[str, Any]:
        """Return text, mentions and words as plain JSON values."""
        tables = {"mentions": self.mentions, "words": self.words}
        return {"text": self.text} | {name: table.to_dict("records") for name, table in tables.items()}

    def __str__(self) -> str:
        lines = []
        for mention, theme, kind, chance in self._list():
            words = self.words[self.words["mention"] == mention].sort_values("share", ascending=False)
            told = ", ".join(f"{word} {share:+.1f}" for word, share in words[["word", "share"]].to_numpy())
            rest = self.mentions["rest"].iloc[mention]
            lines.append(f"{theme}, {kind} ({chance:.2f}): {told}; without words {rest:+.1f}")
        return "\n".join(lines) or "No mention, so nothing to explain."

    def _repr_html_(self) -> str:
        parts = [
            f"<p><b>{escape(theme)}</b>, {escape(kind)} ({chance:.2f})<br>{self._shade(mention)}</p>"
            for mention, theme, kind, chance in self._list()
        ]
        return _PAPER.format("".join(parts) or escape(str(self)))

    def _list(self) -> list[tuple[int, str, str, float]]:
        rows = self.mentions[["mention", "theme", "kind", "probability"]].to_numpy()
        return [(at, self.codebook.label(theme), self.codebook.label(kind), p) for at, theme, kind, p in rows]

    def _shade(self, mention: int) -> str:
        place, end = self.mentions[["start", "end"]].iloc[mention]
        words = self.words[self.words["mention"] == mention]
        most = max(words["share"].abs().max(), 1e-9) if len(words) else 1.0
        shown = []
        for first, last, share in words[["start", "end", "share"]].sort_values("start").to_numpy():
            shown.append(escape(self.text[place : int(first)]))
            said, strength = escape(self.text[int(first) : int(last)]), abs(share) / most
            colour = _FOR if share > 0 else _AGAINST
            shown.append(_MARK.format(colour, 0.6 * strength, share, said) if strength > _FAINT else said)
            place = int(last)
        return "".join([*shown, escape(self.text[place:end])])


def why(text: str, *, model: Bundle | str | None = None) -> Reasons:
    """Tell which words of an answer carried each of its mentions.

    Parameters
    ----------
    text : str
        The answer as typed.
    model : Bundle, optional
        From `load_bundle`; without it the shipped model.

    Returns
    -------
    Reasons
        Shown in a notebook with the words shaded: green speaks for the theme, red against it.

    Raises
    ------
    InputError
        If the text is not a str, or the model reads more than words.
    ModelError
        If the model was trained with another version of the cleaning.

    Examples
    --------
    >>> found = why("Snelle levering, maar de app werkt niet")
    >>> found.words.sort_values("share").groupby("mention")["word"].last().tolist()
    ['levering', 'app']
    """
    bundle = load_bundle(model)
    bundle.check_words_alone("tell which words carried a mention")
    check_version(bundle)
    return _divide_answer(text, bundle)


def _divide_answer(text: str, bundle: Bundle) -> Reasons:
    said = find_in_texts(check_texts([text]), bundle).mentions
    answer, divide = _read(text, frozenset()), bundle.themes.labeller_.scorer_.divide
    mentions: list[list[Any]] = []
    words: list[list[Any]] = []
    found = zip(said.clause, said.theme, said.kind, said.probability, strict=True)
    for number, (clause, theme, kind, chance) in enumerate(found):
        labels = [bundle.themes.themes_[theme], bundle.themes.kinds_[kind]]
        divided = _divide_clause(answer, clause, theme, len(bundle.themes.themes_) + kind, divide)
        odds = divided.rest + sum(share for share, _ in divided.words.values())
        mentions.append([number, int(clause), *labels, float(chance), odds, divided.rest, *divided.bounds])
        for (start, end), shares in divided.words.items():
            words.append([number, answer.masked.text[start:end], start, end, *shares])
    tables = pd.DataFrame(mentions, columns=_MENTIONS), pd.DataFrame(words, columns=_WORDS)
    return Reasons(answer.masked.text, *tables, bundle.codebook)


class _Answer(NamedTuple):
    """An answer normalised, its clauses, and what is shown of it."""

    text: str
    clauses: list[tuple[int, int]]
    masked: MaskedText


class _Divided(NamedTuple):
    """A mention's place, what its words add to theme and kind by their place, and what no word carried."""

    bounds: tuple[int, int]
    words: dict[tuple[int, int], tuple[float, float]]
    rest: float


def _read(text: str, names: frozenset[str]) -> _Answer:
    normal = normalise_answer(text).text
    return _Answer(normal, split_clauses(normal), mask_personal_data(normal, names=names))


def _divide_clause(answer: _Answer, clause: int, theme: int, kind: int, divide: Divide) -> _Divided:
    """Divide the scores in two columns, those of a theme and of a kind, over the words of a clause."""
    start, end = answer.clauses[clause]
    said = answer.text[start:end]
    shares, rest = divide(said)
    both = shares[:, [theme, kind]].tolist()
    words: dict[tuple[int, int], tuple[float, float]] = {}
    for (first, last), (of_theme, of_kind) in zip(locate(said), both, strict=True):
        place = answer.masked.to_masked(start + first, start + last)
        before = words.get(place, (0.0, 0.0))  # what is masked as one counts as one
        words[place] = (before[0] + of_theme, before[1] + of_kind)
    return _Divided(answer.masked.to_masked(start, end), words, float(rest[theme]))


def mark_verbatims(
    verbatims: pd.DataFrame,
    texts: Mapping[str, str],
    bundle: Bundle,
    *,
    names: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Tell which words of verbatims carried the theme that they are shown for.

    Parameters
    ----------
    verbatims : pandas.DataFrame
        The ``VERBATIMS`` table.
    texts : mapping of str to str
        Answers as typed, by answer_id.
    bundle : Bundle
        The one that coded them.
    names : frozenset of str
        Words that are masked in verbatims as employees' names.

    Returns
    -------
    pandas.DataFrame
        Verbatims with ``carried``: the words that speak for the theme, of at least a quarter of the weight
        of the strongest, as places in the masked text. Empty for a flag or a contradiction, and everywhere
        where more than words decides.
    """
    if bundle.context is not None:
        return VERBATIMS.frame(verbatims.assign(carried=""))
    asked = verbatims.loc[verbatims["kind"] != FLAG, "answer_id"].unique().tolist()
    distinct = list(dict.fromkeys(texts[answer_id] for answer_id in asked))
    said = find_in_texts(distinct, bundle)
    owners, numbers = said.prepared.owners.tolist(), said.prepared.numbers.tolist()
    clauses: dict[tuple[str, str, str], tuple[int, int, int]] = {}
    for row, theme, kind in zip(said.mentions.clause, said.mentions.theme, said.mentions.kind, strict=True):
        labels = bundle.themes.themes_[theme], bundle.themes.kinds_[kind]
        column = len(bundle.themes.themes_) + int(kind)
        clauses[distinct[owners[row]], *labels] = (numbers[row], int(theme), column)
    answers = {text: _read(text, names) for text in distinct}
    divide = cache(bundle.themes.labeller_.scorer_.divide)  # a clause is quoted for many a group
    carried = []
    for answer_id, theme, kind, shown, begin in zip(
        *(verbatims[name] for name in ("answer_id", "theme", "kind", "text", "start")), strict=True
    ):
        text = texts.get(answer_id, "")
        at = clauses.get((text, theme, kind))
        divided = None if at is None else _divide_clause(answers[text], *at, divide)
        carried.append(_tell_places(divided, answers[text].masked.text, shown, begin) if divided else "")
    return VERBATIMS.frame(verbatims.assign(carried=carried))


def _tell_places(divided: _Divided, whole: str, shown: str, begin: int) -> str:
    """Return where the carrying words stand in what is shown of an answer, which may begin later."""
    shares = {place: share for place, (share, _) in divided.words.items()}
    least = max(_CARRYING * max(shares.values(), default=0.0), _LEAST)
    shift = begin - divided.bounds[0]
    strong = [(s + shift, e + shift, whole[s:e]) for (s, e), share in shares.items() if share >= least]
    return " ".join(f"{s}-{e}" for s, e, word in strong if s >= 0 and shown[s:e] == word)
