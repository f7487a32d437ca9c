"""Everything that reading answers waits for once, done before the first of them comes."""

from __future__ import annotations

from why_nps.text.clauses import split_clauses
from why_nps.text.flags import compile_wordings
from why_nps.text.normalise import normalise_answer
from why_nps.text.privacy import mask_personal_data
from why_nps.text.privacy.cues import compile_cues
from why_nps.text.remarks import find_remarks
from why_nps.text.screen import screen_answer

# Between them they ask for every list and library that is read when it is first needed.
_ANSWERS = (
    "qwerty",
    "Lekkere appeltaart",  # holds no word that tells its language
    "cafÃ© was prima, maar te duur",
    "Geholpen door Sanne, order 4829104, Dorpsstraat 12, 1234 AB Ede, bel 06-12345678",
)


def warm_up() -> None:
    """Read the lists, the language model and the libraries, and compile the rules, so that no answer waits.

    Takes about a second, once a process; without it the answers that first need them take that long.

    Examples
    --------
    >>> warm_up()
    """
    compile_wordings()
    compile_cues()
    for answer in _ANSWERS:
        screen_answer(answer)
        split_clauses(answer)
        mask_personal_data(normalise_answer(answer).text)
    find_remarks(_ANSWERS)
