"""How fast the accurate model is beside the default one: ``python benchmarks/accurate.py``.

Both code the same 500 answers of the training split for the second time, so that their words are known; one
thread, seconds are of the processor. Needs the extra ``accurate``.
"""

from __future__ import annotations

import time

from threadpoolctl import threadpool_limits

from why_nps import code, load_bundle
from why_nps.training.corpus import load_clause_bank, load_corpus, split_corpus

SIZE = 500


def main() -> None:
    """Measure and print."""
    began = time.process_time()
    bundles = {"default": load_bundle()}
    loading = time.process_time() - began
    bundles["accurate"] = load_bundle("accurate")
    print(f"loading: default {loading:.2f} s, accurate {time.process_time() - began:.2f} s")
    answers = split_corpus(load_corpus(bundles["default"].codebook), load_clause_bank()).train
    texts = list(dict.fromkeys(answer.text for answer in answers))
    chosen = texts[:SIZE]
    seconds = {}
    with threadpool_limits(1):
        for name, bundle in bundles.items():
            code(chosen, model=bundle)
            began = time.process_time()
            code(chosen, model=bundle)
            seconds[name] = time.process_time() - began
            print(f"{name}: {SIZE / seconds[name]:,.0f} answers a second")
    words = sum(len(text.split()) for text in chosen) / SIZE
    ratio = seconds["accurate"] / seconds["default"]
    print(f"{ratio:,.0f} times as long; {words:.0f} words an answer")


if __name__ == "__main__":
    main()
