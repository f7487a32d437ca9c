"""An encoder that learned nothing, for the tests of what reads with one."""

import numpy as np

from why_nps.themes.e5 import load_e5
from why_nps.themes.encoder import LONGEST

MATRICES, NORMS = ("q", "k", "v", "ao", "fi", "fo"), ("aln", "oln")


def as_published(head):
    """Return the arrays of `Encoder.restore`: the published weights, and a head of shape (384, labels)."""
    e5 = load_e5()
    hidden = e5.sizes.hidden
    places = e5.read("emb.pos").reshape(-1, hidden)[:LONGEST] + e5.read("emb.type")[:hidden]
    arrays = {"places": places, "norm.w": e5.read("emb.ln.w"), "norm.b": e5.read("emb.ln.b")}
    for number in range(e5.sizes.layers):
        for name in (*MATRICES, *NORMS):
            full = f"l{number}.{name}"
            arrays[f"{full}.b"] = e5.read(f"{full}.b")
            if name in NORMS:
                arrays[f"{full}.w"] = e5.read(f"{full}.w")
            else:
                rows = len(arrays[f"{full}.b"])
                columns = len(e5.read(f"{full}.w")) // rows
                arrays[f"{full}.codes"] = np.zeros((rows, columns // 4), np.uint8)
                arrays[f"{full}.scales"] = np.zeros(rows, np.float16)
    return arrays | {"head.w": head, "head.b": np.zeros(head.shape[1], np.float32)}
