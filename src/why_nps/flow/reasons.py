"""Why a label: the words that carried each mention, exact, from the model's own scores.

The log odds of a theme are a sum over the words of its clause, and a rest that no word carried.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING, Any

import pandas as pd

from why_nps.core.tables import VERBATIMS
from why_nps.flow.finding import check_version, find_in_texts
from why_nps.flow.quoting import FLAG
from why_nps.text import mask_personal_data, normalise_answer, split_clauses
from why_nps.themes import load_bundle
from why_nps.themes.classifier import check_texts
from why_nps.themes.features import locate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from why_nps.core.codebook import Codebook
    from why_nps.themes import Bundle

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
    return divide_answer(text, bundle)


def divide_answer(text: str, bundle: Bundle, *, names: frozenset[str] = frozenset()) -> Reasons:
    """Tell as `why` does, with employees' names masked too.

    Parameters
    ----------
    text : str
        The answer as typed.
    bundle : Bundle
        Of this version of the cleaning.
    names : frozenset of str
        Words that are employees' names.
    """
    said = find_in_texts(check_texts([text]), bundle).mentions
    normal = normalise_answer(text)
    masked = mask_personal_data(normal.text, names=names)
    spans = split_clauses(normal.text)
    mentions: list[list[Any]] = []
    words: list[list[Any]] = []
    found = zip(said.clause, said.theme, said.kind, said.probability, strict=True)
    for number, (clause, theme, kind, chance) in enumerate(found):
        start, end = spans[clause]
        labels = [bundle.themes.themes_[theme], bundle.themes.kinds_[kind]]
        shares, rest = bundle.themes.labeller_.scorer_.divide(normal.text[start:end])
        odds, bounds = float(shares[:, theme].sum() + rest[theme]), masked.to_masked(start, end)
        mentions.append([number, int(clause), *labels, float(chance), odds, float(rest[theme]), *bounds])
        both = shares[:, [theme, len(bundle.themes.themes_) + kind]]
        for (first, last), parts in zip(locate(normal.text[start:end]), both, strict=True):
            place = masked.to_masked(start + first, start + last)
            words.append([number, masked.text[slice(*place)], *place, *parts.tolist()])
    frame = pd.DataFrame(words, columns=_WORDS)
    together = frame.groupby(_WORDS[:4], sort=False, as_index=False).sum() if words else frame
    return Reasons(masked.text, pd.DataFrame(mentions, columns=_MENTIONS), together, bundle.codebook)


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
        of the strongest, as places in the masked text. Empty for a flag.
    """
    found = {
        answer: divide_answer(texts[answer], bundle, names=names)
        for answer in verbatims.loc[verbatims["kind"] != FLAG, "answer_id"].unique()
    }
    columns = verbatims[["answer_id", "theme", "kind", "text", "start"]]
    carried = [
        _tell_places(found[row[0]], *row[1:]) if row[0] in found and row[2] != FLAG else ""
        for row in columns.itertuples(index=False, name=None)
    ]
    return VERBATIMS.frame(verbatims.assign(carried=carried))


def _tell_places(reasons: Reasons, theme: str, kind: str, shown: str, begin: int) -> str:
    """Return where the carrying words stand in what is shown of an answer, which may begin later."""
    mentions = reasons.mentions
    chosen = mentions[(mentions["theme"] == theme) & (mentions["kind"] == kind)]
    if chosen.empty:
        return ""
    words = reasons.words[reasons.words["mention"] == chosen["mention"].iloc[-1]]
    strong = words[words["share"] >= max(_CARRYING * words["share"].max(), _LEAST)]
    shift = begin - int(chosen["start"].iloc[-1])
    places = [(int(s + shift), int(e + shift), w) for s, e, w in strong[["start", "end", "word"]].to_numpy()]
    return " ".join(f"{s}-{e}" for s, e, word in places if s >= 0 and shown[s:e] == word)
