"""Make the language model that answers are screened with: ``python tools/languages.py``.

py3langid tells 142 languages apart, and reading its file takes every process half a second. Answers to a
Dutch question are in one of a dozen: kept are the columns of these, and of the runs of bytes those that
tell them apart, in py3langid's own format.
"""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from py3langid.langid import MODEL_FILE, LanguageIdentifier
from py3langid.modelio import save_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

PATH = Path(__file__).parents[1] / "src" / "why_nps" / "data" / "languages" / "model.npz.xz"
LANGUAGES = ("nl", "af", "en", "de", "fr", "es", "it", "pt", "pl", "tr", "ro")
TELLING = 1.0  # least difference between two of the languages, in log probability


def list_runs(whole: LanguageIdentifier) -> dict[int, bytes]:
    """Return each feature's run of bytes: the shortest of those that lead to it."""
    steps = np.array(whole.tk_nextmove).reshape(-1, 256)
    read = {0: b""}
    runs: dict[int, bytes] = {}
    waiting = deque([0])
    while waiting:
        state = waiting.popleft()
        if whole.tk_output[state] >= 0:
            runs.setdefault(whole.tk_output[state], read[state])
        for byte, after in enumerate(steps[whole.tk_row[state]].tolist()):
            if after not in read:
                read[after] = read[state] + bytes([byte])
                waiting.append(after)
    return runs


def build_automaton(runs: Sequence[bytes]) -> tuple[NDArray[np.int64], list[int]]:
    """Return the state after each state and byte, and the longest run that ends in each state, -1 for none.

    Source: Aho and Corasick (1975), "Efficient string matching".
    """
    children: list[dict[int, int]] = [{}]
    found = [-1]
    for number, run in enumerate(runs):
        state = 0
        for byte in run:
            if byte not in children[state]:
                children[state][byte] = len(children)
                children.append({})
                found.append(-1)
            state = children[state][byte]
        found[state] = number
    steps = np.zeros((len(children), 256), np.int64)
    shorter = [0] * len(children)  # the state of the longest ending that is a beginning too
    waiting = deque([0])
    while waiting:
        state = waiting.popleft()
        if state:
            steps[state] = steps[shorter[state]]
            if found[state] < 0:
                found[state] = found[shorter[state]]
        for byte, after in children[state].items():
            shorter[after] = int(steps[shorter[state], byte]) if state else 0
            steps[state, byte] = after
            waiting.append(after)
    return steps, found


def main() -> None:
    """Write the model into the package."""
    whole = LanguageIdentifier.from_model_file(MODEL_FILE)
    columns = [number for number, language in enumerate(whole.nb_classes) if language in LANGUAGES]
    table = np.asarray(whole.nb_ptc)[:, columns]
    spread = np.ptp(table.astype(np.float32), axis=1)
    kept = {feature: run for feature, run in list_runs(whole).items() if spread[feature] > TELLING}
    steps, found = build_automaton([*kept.values()])
    languages = [whole.nb_classes[number] for number in columns]
    prior = np.asarray(whole.nb_pc)[columns]
    save_model(PATH, (table[[*kept]], prior, languages, steps.ravel(), np.arange(len(steps)), found))
    print(f"{len(kept):,} of {len(table):,} runs, {PATH.stat().st_size / 1e3:,.0f} kB")


if __name__ == "__main__":
    main()
