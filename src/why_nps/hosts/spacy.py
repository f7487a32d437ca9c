"""A component for spaCy's pipelines: mentions in ``doc.spans``, flags in ``doc.cats``.

spaCy finds it by name, through an entry point: ``nlp.add_pipe("why_nps")``.
"""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Self

from why_nps.errors import MissingExtraError
from why_nps.flow import Coder
from why_nps.themes import save_bundle

try:
    import srsly
    from spacy.language import Language
    from spacy.tokens import SpanGroup
    from spacy.util import minibatch
except ImportError as error:
    raise MissingExtraError("spaCy is not installed: pip install 'why_nps[spacy]'.") from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from spacy.tokens import Doc

    from why_nps.flow import CodedText

KEY = "why_nps"


class WhyNpsComponent:
    """Codes documents as answers, each on its own.

    Parameters
    ----------
    coder : Coder
    name : str
        Of the component in its pipeline.

    Examples
    --------
    >>> import spacy
    >>> nlp = spacy.blank("nl")
    >>> component = nlp.add_pipe("why_nps")
    >>> doc = nlp("Snelle levering, maar de app werkt niet")
    >>> [(span.text, span.label_) for span in doc.spans["why_nps"]]
    [('Snelle levering', 'delivery/delight'), ('maar de app werkt niet', 'digital/pain')]
    """

    def __init__(self, coder: Coder, name: str = KEY) -> None:
        self.coder = coder
        self.name = name

    def __call__(self, doc: Doc) -> Doc:
        """Code one document."""
        return self._write(doc, self.coder.code_one(doc.text))

    def pipe(self, stream: Iterable[Doc], *, batch_size: int = 1000) -> Iterator[Doc]:
        """Code documents in batches."""
        batches: Iterator[list[Doc]] = minibatch(stream, size=batch_size)  # type: ignore[no-untyped-call]
        for docs in batches:
            yield from map(self._write, docs, self.coder.code_each([doc.text for doc in docs]))

    def _write(self, doc: Doc, coded: CodedText) -> Doc:
        spans: list[Any] = [  # none is None: mentions lie within the document
            doc.char_span(m.start, m.end, label=f"{m.theme}/{m.kind}", alignment_mode="expand")
            for m in coded.mentions
        ]
        shares = [mention.probability for mention in coded.mentions]
        doc.spans[KEY] = SpanGroup(doc, name=KEY, spans=spans, attrs={"probabilities": shares})
        found = dict.fromkeys(self.coder.bundle.codebook.flag_ids, 0.0) | coded.flags
        doc.cats = {**doc.cats, **found}
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:  # noqa: ARG002  spaCy's signature
        """Write the model, so that the pipeline needs nothing else where it is loaded."""
        save_bundle(self.coder.bundle, path)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Self:  # noqa: ARG002
        """Read a model, from a pipeline or of your own: ``nlp.add_pipe("why_nps").from_disk("model")``."""
        self.coder = Coder.load(path)
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:  # noqa: ARG002
        """Return the model's files, packed."""
        with TemporaryDirectory() as folder:
            home = save_bundle(self.coder.bundle, folder)
            packed: bytes = srsly.msgpack_dumps({path.name: path.read_bytes() for path in home.iterdir()})
        return packed

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Self:  # noqa: ARG002
        """Read what `to_bytes` wrote."""
        with TemporaryDirectory() as folder:
            for name, content in srsly.msgpack_loads(data).items():
                Path(folder, Path(name).name).write_bytes(content)
            self.coder = Coder.load(folder)
        return self


@Language.factory(KEY, assigns=["doc.spans", "doc.cats"])
def create_component(nlp: Language, name: str) -> WhyNpsComponent:  # noqa: ARG001  spaCy's signature
    """Make the component with the shipped model."""
    return WhyNpsComponent(Coder.load(), name)
