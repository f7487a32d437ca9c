"""As a library: one coder for the whole program, shared by its threads."""

import asyncio
import json
from concurrent.futures import ThreadPoolExecutor

import why_nps

ANSWERS = ["Monteur was top!! maar na 3x bellen nog geen factuur", "Prima", "nvt", "Bel mij even terug"]


async def answer_a_form(coder: why_nps.Coder, text: str) -> dict[str, object]:
    """Code in a thread, so that an event loop is not held up."""
    coded = await asyncio.to_thread(coder.code_one, text)
    return coded.to_dict()


def main() -> None:
    """Code the same answers one by one, in threads and beside an event loop."""
    coder = why_nps.Coder.load()  # once, where the program starts
    for text in ANSWERS:
        coded = coder.code_one(text)
        print(coded.status, [(m.theme, m.kind, round(m.probability, 2)) for m in coded.mentions], coded.flags)
    with ThreadPoolExecutor(4) as threads:
        together = list(threads.map(coder.code_one, ANSWERS))
    assert together == coder.code_each(ANSWERS)
    print(json.dumps(asyncio.run(answer_a_form(coder, ANSWERS[0])), indent=1))


if __name__ == "__main__":
    main()
