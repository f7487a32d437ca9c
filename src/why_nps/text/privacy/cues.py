"""What the search for names goes by, made from ``cues.toml`` and the lists of names once per process."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from why_nps.text.privacy.lexicon import Lexicon, read_lexicon

_WORD = re.compile(r"\w+")
LETTERS = r"[^\W\d_](?:['’]?[^\W\d_]){0,30}"
_FOLLOW = {
    "titles": r"(?:{})(?:[ :]{{1,2}}|(?<=\.))",
    "roles": r"(?:{})(?:,?[ ]|:[ ]?)",
    "phrases": r"(?:{})(?:,?[ ]|:[ ]?)",
    "closings": r"(?:{})[\s,.:!-]{{1,6}}",
    "after": rf"((?:[Vv]an (?:de[rn]? )?)?{LETTERS.replace('{', '{{').replace('}', '}}')})\s(?:{{}})(?!\w)",
}
_IN_DOUBT = (
    r"\(([A-Z][^\W\d_]{{1,31}})(?=\)|, \d)"
    r"|(?<![\w-])(?:[Dd]oor|[Ss]peciaal|[Mm]et|dat|dank) ([A-Z][^\W\d_]{{1,31}})(?![\w&'’-])"
    r"|(?<![\w@.-])([A-Z][^\W\d_]{{1,31}})(?= (?:{})(?!\w)| (?:van|de|ter|ten) (?:de[rn]? )?[A-Z]"
    r"|, (?:was|is|heeft|had|die|stond|kon|deed|nam|wist|hielp|gaf) "
    r"| [A-Z][a-z]{{1,12}}(?:sen|ers|stra|sma|mans|inga|inck|ink|dijk|berg|veld|huis|horst)(?!\w))"
)
_TOO_COMMON = frozenset({"voor", "mijn", "achter", "naar", "door", "woord", "keer"})
_SHORTEST_LOWER = 4
_SHORTEST_ALONE = 5


@dataclass(frozen=True, slots=True)
class NameRules:
    """The cues in the form the search wants: by a telling word, so that a text without it costs nothing."""

    lexicon: Lexicon
    particles: frozenset[str]
    by_word: dict[str, tuple[str, ...]]
    telling: frozenset[str]
    without_capitals: frozenset[str]  # words of which a text in lower case holds one where a cue finds a name
    clear: frozenset[str]
    lower: frozenset[str]
    alone: frozenset[str]
    doubtful: frozenset[str]
    in_lower: re.Pattern[str]
    in_doubt: re.Pattern[str]
    businesses: frozenset[str]
    sayings: re.Pattern[str]
    known: frozenset[str]


def _telling_word(cue: str) -> str:
    words: list[str] = _WORD.findall(cue)
    return max((word for word in words if word not in _TOO_COMMON), key=len)


@cache
def read_name_rules() -> NameRules:
    """Make the rules from the word lists."""
    lexicon = read_lexicon()
    cues = lexicon.cues["names"]
    by_word: dict[str, tuple[str, ...]] = {}
    for kind in ("titles", "roles", "phrases", "closings", "after"):
        for cue in cues[kind]:
            word = _telling_word(cue)
            by_word[word] = (*by_word.get(word, ()), cue)
    firsts = {part for name in lexicon.first_names for part in name.split("-")}
    lower = {name for name in firsts if len(name) >= _SHORTEST_LOWER} - lexicon.ordinary - lexicon.not_names
    lower -= {*cues["never_lower"]}
    alone = {name for name in lower if len(name) >= _SHORTEST_ALONE} - {*cues["also_lower_words"]}
    alone |= {*cues["lower"]} | {name for name in lexicon.first_names if "-" in name}
    lower |= alone
    doubtful = lexicon.doubtful_names - lexicon.not_names - {*cues["never_doing"]}
    telling = frozenset(form for word in by_word for form in (word, word.capitalize(), word.upper()))
    bare = (lexicon.first_names | lexicon.doubtful_names) - lexicon.ordinary - lexicon.not_names
    lenient = {_telling_word(cue) for kind in ("titles", "after") for cue in cues[kind]}
    lenient |= {word.capitalize() for word in lenient} | {
        part for name in bare for part in _WORD.findall(name)
    }
    clear = frozenset(form for name in firsts for form in (name.capitalize(), name.upper()))
    in_doubt = frozenset(name.capitalize() for name in doubtful)
    return NameRules(
        lexicon=lexicon,
        particles=frozenset(cues["particles"]),
        by_word=by_word,
        telling=telling,
        without_capitals=frozenset(lenient),
        clear=clear,
        lower=frozenset(lower),
        alone=frozenset(alone),
        doubtful=in_doubt,
        known=telling | clear | lower | in_doubt | {"der", "den"},
        in_doubt=re.compile(_IN_DOUBT.format("|".join(cues["sure_doings"]))),
        businesses=frozenset(cues["businesses"]),
        in_lower=re.compile(rf"(?<![\w@.-])([^\W\d_]{{4,31}})(?= (?:{'|'.join(cues['doings'])})(?!\w))"),
        sayings=re.compile("|".join(cues["sayings"]), re.IGNORECASE),
    )


@cache
def compile_cue(word: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the cues that hold a telling word as (pattern, kind).

    They are sought in lower case and may begin within a word: both make the search several times faster.
    """
    rules = read_name_rules()
    patterns = []
    for kind, follow in _FOLLOW.items():
        cues = [cue for cue in rules.by_word[word] if cue in rules.lexicon.cues["names"][kind]]
        if cues:
            longest_first = sorted(cues, key=len, reverse=True)
            any_cue = "|".join(re.escape(cue).replace(r"\ ", r"\s{1,2}") for cue in longest_first)
            flags = re.IGNORECASE if kind == "after" else re.NOFLAG
            patterns.append((re.compile(follow.format(any_cue), flags), kind))
    return tuple(patterns)


def compile_cues() -> None:
    """Compile every cue now; otherwise those of a word are compiled for the first answer that holds it."""
    for word in read_name_rules().by_word:
        compile_cue(word)


@cache
def list_name_words() -> tuple[frozenset[str], frozenset[str]]:
    """List the words, lower case, without one of which no name is found, initials aside.

    The second set holds those of which a text without any capital has one where a name is found in it.
    """
    rules = read_name_rules()
    bare = rules.lower | rules.without_capitals
    return frozenset(form.lower() for form in rules.known), frozenset(form.lower() for form in bare)
