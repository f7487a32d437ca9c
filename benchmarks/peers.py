"""The systems that are compared, each as its own tutorial has it: fit, save, load, score.

Scores are like log odds, one column a theme and then one a kind; a NaN target means that nobody said.
Libraries are imported where they are used, so that a run holds in memory only what its own system needs.
"""

from __future__ import annotations

import pickle
import re
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Scores = NDArray[np.float64]
    Found = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]

READING = "reading.npz"  # beside a peer's model: how its scores are read
_TOKEN = re.compile(r"\w+|[^\w\s]")
_LEAST = 1e-3  # below it fastText need not tell a label


class LinearSvm:
    """scikit-learn: TF-IDF of words 1-2 and of characters 2-5, a linear support vector machine a label."""

    name = "scikit-learn"
    package = "sklearn"
    modules = ("sklearn.feature_extraction.text", "sklearn.pipeline")

    def fit(self, texts: Sequence[str], targets: Scores) -> Self:
        """Fit each label on the texts of which it is told."""
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.pipeline import make_union
        from sklearn.svm import LinearSVC

        self._words = make_union(
            TfidfVectorizer(ngram_range=(1, 2)), TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
        )
        matrix = self._words.fit_transform(texts)
        fitted = []
        for column in targets.T:
            told = ~np.isnan(column)
            fitted.append(LinearSVC(random_state=0).fit(matrix[told], column[told]))
        self._weights = np.vstack([machine.coef_ for machine in fitted]).T
        self._offsets = np.concatenate([machine.intercept_ for machine in fitted])
        return self

    def score(self, texts: Sequence[str]) -> Scores:
        """Return margins."""
        return np.asarray(self._words.transform(texts) @ self._weights + self._offsets)

    def save(self, folder: Path) -> None:
        """Write the model, pickled as is usual there."""
        (folder / "model.pickle").write_bytes(pickle.dumps(self))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        model: Self = pickle.loads((folder / "model.pickle").read_bytes())  # noqa: S301  our own, of this run
        return model


class FastText:
    """fastText: supervised, one-vs-all, with the settings of its tutorial and runs of 2 to 5 characters."""

    name = "fastText"
    package = "fasttext"
    modules = ("fasttext",)

    def fit(self, texts: Sequence[str], targets: Scores) -> Self:
        """Fit one model for all labels; a text without any is given one of its own."""
        from tempfile import TemporaryDirectory

        import fasttext

        self._labels = targets.shape[1]
        with TemporaryDirectory() as folder:
            path = Path(folder) / "train.txt"
            lines = [
                " ".join([f"__label__{label}" for label in np.flatnonzero(row == 1)] or ["__label__none"])
                for row in targets
            ]
            written = (f"{label} {_tokenise(text)}\n" for label, text in zip(lines, texts, strict=True))
            path.write_text("".join(written), encoding="utf-8")
            self._model = fasttext.train_supervised(
                str(path),
                loss="ova",
                lr=0.5,
                epoch=10,
                wordNgrams=2,
                bucket=200_000,
                dim=50,
                minn=2,
                maxn=5,
                thread=1,
                verbose=0,
            )
        return self

    def score(self, texts: Sequence[str]) -> Scores:
        """Return log odds."""
        names, chances = self._model.predict([_tokenise(text) for text in texts], k=-1, threshold=_LEAST)
        columns = {f"__label__{label}": label for label in range(self._labels)}
        columns["__label__none"] = self._labels
        rows = np.repeat(np.arange(len(texts)), [len(found) for found in names])
        probability = np.full((len(texts), self._labels + 1), _LEAST)
        probability[rows, [columns[name] for found in names for name in found]] = np.concatenate(chances)
        probability = probability[:, : self._labels].clip(_LEAST, 1 - _LEAST)
        return np.log(probability / (1 - probability))

    def save(self, folder: Path) -> None:
        """Write the model in fastText's own format."""
        self._model.save_model(str(folder / "model.bin"))
        (folder / "labels.txt").write_text(str(self._labels))

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        import fasttext

        model = cls()
        model._model = fasttext.load_model(str(folder / "model.bin"))
        model._labels = int((folder / "labels.txt").read_text())
        return model


class SpacyBow:
    """spaCy: a blank Dutch pipeline with a bag of words for many labels (``TextCatBOW.v3``)."""

    name = "spaCy"
    package = "spacy"
    modules = ("spacy", "spacy.lang.nl")
    _EPOCHS = 10
    _BATCH = 100

    def fit(self, texts: Sequence[str], targets: Scores) -> Self:
        """Fit for ten epochs; labels of which nobody told are left open."""
        import spacy
        from spacy.training import Example

        spacy.util.fix_random_seed(0)
        self._nlp = spacy.blank("nl")
        model = {"@architectures": "spacy.TextCatBOW.v3", "exclusive_classes": False, "ngram_size": 1}
        bow = {**model, "no_output_layer": False, "length": 262_144}
        textcat: Any = self._nlp.add_pipe("textcat_multilabel", config={"model": bow})
        for label in range(targets.shape[1]):
            textcat.add_label(str(label))
        examples = [
            Example.from_dict(
                self._nlp.make_doc(text),
                {"cats": {str(label): float(row[label]) for label in np.flatnonzero(~np.isnan(row))}},
            )
            for text, row in zip(texts, targets, strict=True)
        ]
        optimizer = self._nlp.initialize(lambda: examples[:100])
        dice = np.random.default_rng(0)
        for _ in range(self._EPOCHS):
            order = dice.permutation(len(examples))
            for start in range(0, len(order), self._BATCH):
                batch = [examples[i] for i in order[start : start + self._BATCH]]
                self._nlp.update(batch, sgd=optimizer)
        return self

    def score(self, texts: Sequence[str]) -> Scores:
        """Return log odds."""
        cats = [list(doc.cats.values()) for doc in self._nlp.pipe(texts, batch_size=1000)]
        probability = np.array(cats).clip(1e-6, 1 - 1e-6)
        return np.log(probability / (1 - probability))

    def save(self, folder: Path) -> None:
        """Write the pipeline as spaCy does."""
        self._nlp.to_disk(folder / "model")

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read what `save` wrote."""
        import spacy

        model = cls()
        model._nlp = spacy.load(folder / "model")
        return model


Peer = LinearSvm | FastText | SpacyBow
PEERS: dict[str, type[Peer]] = {peer.name: peer for peer in (LinearSvm, FastText, SpacyBow)}


class PeerReader:
    """A fitted peer with learned thresholds: clauses in, labels out."""

    def __init__(self, name: str, folder: Path) -> None:
        self._model = PEERS[name].load(folder)
        with np.load(folder / READING) as reading:
            self._slopes, self._offsets, self._cuts = (reading[key] for key in ("slopes", "offsets", "cuts"))

    def find(self, clauses: Sequence[str]) -> Found:
        """Return the row of each mention, its theme and its kind."""
        scores = self._model.score(clauses) * self._slopes + self._offsets
        themes = len(self._cuts)
        row, theme = np.nonzero(scores[:, :themes] >= self._cuts)
        return row, theme, scores[:, themes:].argmax(axis=1)[row]


class OurReader:
    """The theme model of a bundle: clauses in, labels out."""

    modules = ("why_nps.themes",)

    def __init__(self, folder: Path) -> None:
        from why_nps import load_bundle

        self._themes = load_bundle(folder).themes

    def find(self, clauses: Sequence[str]) -> Found:
        """Return the row of each mention, its theme and its kind."""
        themes, kinds = self._themes.predict_both(clauses)
        row, theme = np.nonzero(themes >= self._themes.thresholds_)
        return row, theme, kinds.argmax(axis=1)[row]


def list_missing() -> list[str]:
    """Name the peers that are not installed."""
    return [name for name, peer in PEERS.items() if find_spec(peer.package) is None]


def _tokenise(text: str) -> str:
    return " ".join(_TOKEN.findall(text.lower()))
