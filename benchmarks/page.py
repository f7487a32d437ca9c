"""The page that ``speed.py`` writes: ratios to scikit-learn, figures, and where we are behind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

BASE, OURS, WHOLE, FLOOR, ONE = "scikit-learn", "why_nps", "code", "floor", "one"
NAMES = {
    FLOOR: "floor: read the file, one regular expression an answer",
    BASE: "scikit-learn: TF-IDF of words 1-2 and characters 2-5, linear SVM",
    "fastText": "fastText: one-vs-all, words 1-2, characters 2-5",
    "spaCy": "spaCy: blank `nl`, bag of words",
    OURS: "**why_nps: the theme model alone**",
    WHOLE: "**why_nps: the whole of `code`**",
    "text": "normalise, screen, clauses",
    "code, a word of its own": "the whole of `code`, each answer with a word that no other has",
}
# How each figure is headed and written, and whether more of it is better.
COLUMNS: dict[str, tuple[str, str, bool]] = {
    "theme": ("theme F1", ".3f", True),
    "theme_kind": ("theme and kind F1", ".3f", True),
    "speed": ("answers a second, cold", ",.0f", True),
    "again": ("answers a second, warm", ",.0f", True),
    "peak_mb": ("peak memory, MB", ",.0f", False),
    "disk": ("model on disk, MB", ",.1f", False),
    "load": ("reading the model, s", ".2f", False),
    "start": ("imports and model, s", ".2f", False),
}
WHY = {
    "theme": "not found out; see the interval above",
    "theme_kind": "not found out; see the interval above",
    "speed": "it is compiled throughout; ours works out each new word in numpy, and looks words up in Python",
    "again": "it is compiled throughout; ours looks words up in Python and adds their rows in numpy",
    "peak_mb": "`import why_nps` brings pandas and scikit-learn, and each word met is kept as numbers",
    "disk": "a bundle also holds the models of flags and a network beside the linear model",
    "load": "a bundle is checked by hash, and its words are put into dictionaries",
    "start": "`import why_nps` also imports pandas and scikit-learn",
}


@dataclass(frozen=True, slots=True)
class Figures:
    """What a run measured.

    Parameters
    ----------
    facts : dict
        From ``contest.prepare``.
    machine : str
    quality : dict
        From ``contest.rate``.
    disk : dict of str to float
        Size of each system's model, MB.
    runs : dict
        By task and number of answers: ``seconds``, ``again``, ``load``, ``start`` and ``peak_mb``.
    growth : tuple of int
        The numbers of answers of the growth table.
    """

    facts: Mapping[str, Any]
    machine: str
    quality: Mapping[str, Mapping[str, float]]
    disk: Mapping[str, float]
    runs: Mapping[tuple[str, int], Mapping[str, float]]
    growth: tuple[int, ...]

    @property
    def rows(self) -> dict[str, dict[str, float]]:
        """The figures of each system."""
        n = self.facts["counts"]["timed"]
        rows = {}
        for task in (FLOOR, *self.facts["systems"], WHOLE):
            run, system = self.runs[task, n], OURS if task == WHOLE else task
            rows[task] = {
                **self.quality.get(system, {}),
                "speed": n / run["seconds"],
                "again": n / run["again"],
                "peak_mb": run["peak_mb"],
            }
            if task != FLOOR:
                rows[task] |= {"disk": self.disk[system], "load": run["load"], "start": run["start"]}
        return rows


def write_page(path: Path, figures: Figures) -> None:
    """Write the page."""
    parts = [
        write_head(figures),
        "## As ratios to scikit-learn",
        "Of the first four columns more is better, of the others less.",
        write_systems(figures.rows, lambda row, key: write_ratio(row[key], figures.rows[BASE][key])),
        "## The same in figures",
        write_systems(figures.rows, lambda row, key: format(row[key], COLUMNS[key][1])),
        write_intervals(figures),
        "## Where we are not ahead",
        "\n".join(list_behind(figures)),
        "## How the whole of `code` grows",
        write_growth(figures),
        "## What new words and cleaning cost",
        write_parts(figures),
    ]
    path.write_text("\n\n".join(parts) + "\n", encoding="utf-8")


def write_head(figures: Figures) -> str:
    """Say what was measured, on what."""
    facts, n = figures.facts, {key: f"{value:,}" for key, value in figures.facts["counts"].items()}
    missing = "".join(f"\n\n{peer} was not installed, and is left out." for peer in facts["missing"])
    return f"""# Benchmarks

Written by `make bench`; edits are lost. {figures.machine}. {", ".join(facts["versions"])}.

- **Learned from**: the same {n["learned"]} clauses of corpus and clause bank, without one fold of sectors.
- **Quality**: micro-F1 on the {n["scored"]} answers of that fold in files 1 to 9. Calibration and thresholds
  are learned, for all alike, on a second fold by a model that saw neither. All get our clauses. Sectors of
  the test split are not used.
- **Speed**: {n["timed"]} distinct answers of {n["words"]} words, drawn from clauses of the bank and of the
  training split ({n["clauses"]} clauses, {n["distinct"]} different words). Systems read clauses and give
  labels; only `code` also cleans, cuts, finds flags and personal data, and makes tables. Each run has
  a fresh process: cold is the first reading there, in which ours works out every word; warm is a second
  reading of the same answers. Medians of three, the largest number of answers once. A customer's
  words are newer than these; the last table has the other extreme. Seconds are of the processor, so that
  others' work on a shared machine counts less. Peak memory is of the whole process, its texts and labels too.
- **Settings**: each peer as in its own documentation; how often fastText and spaCy see the clauses was
  chosen on the second fold (`benchmarks/peers.py`). Ours were chosen over time, by what did best on all folds
  together, the scored one among them: that favours us by an amount that this run cannot tell.{missing}"""


def write_systems(
    rows: Mapping[str, Mapping[str, float]], show: Callable[[Mapping[str, float], str], str]
) -> str:
    """Write a row a system, a column a figure."""
    return write_table(
        ["system", *(title for title, _, _ in COLUMNS.values())],
        (
            [NAMES[task], *(show(row, key) if key in row else "" for key in COLUMNS)]
            for task, row in rows.items()
        ),
    )


def write_ratio(figure: float, base: float) -> str:
    """Write a figure over scikit-learn's; nothing where that is 0."""
    return f"{figure / base:.2f}" if base else ""


def write_intervals(figures: Figures) -> str:
    """Say how sure the differences in quality are."""
    rows = [
        [
            system,
            *(f"{row[f'{key}_low']:+.3f} to {row[f'{key}_high']:+.3f}" for key in ("theme", "theme_kind")),
        ]
        for system, row in figures.quality.items()
        if system != BASE
    ]
    titles = [f"{COLUMNS[key][0]}, 95 %" for key in ("theme", "theme_kind")]
    return write_table(["minus scikit-learn, answers resampled", *titles], rows)


def list_behind(figures: Figures) -> list[str]:
    """Name each figure in which another system is better than our theme model, and why."""
    rows = figures.rows
    ours, peers = rows[OURS], {task: row for task, row in rows.items() if task not in (FLOOR, OURS, WHOLE)}
    lines = []
    for key, (title, form, more) in COLUMNS.items():
        best = (max if more else min)(peers, key=lambda peer: peers[peer][key])
        theirs = peers[best][key]
        if (theirs > ours[key]) if more else (theirs < ours[key]):
            lines.append(f"- **{title}**: {best} {theirs:{form}}, ours {ours[key]:{form}}. Why: {WHY[key]}.")
    slower = rows[BASE]["speed"] / rows[WHOLE]["speed"]
    if slower > 1:
        lines.append(
            f"- **The whole of `code`** takes {slower:.1f} times as long as scikit-learn's labels alone."
        )
    return lines


def write_growth(figures: Figures) -> str:
    """Write a row a number of answers."""
    rows = []
    for n in figures.growth:
        run = figures.runs[WHOLE, n]
        rows.append(
            [f"{n:,}", f"{run['seconds']:,.1f}", f"{1e6 * run['seconds'] / n:,.0f}", f"{run['peak_mb']:,.0f}"]
        )
    table = write_table(["answers", "seconds", "microseconds an answer", "peak memory, MB"], rows)
    return f"{table}\n\nFew answers cost more each: what is done once, new words above all, weighs more."


def write_parts(figures: Figures) -> str:
    """Write a row a part of the work."""
    n = figures.facts["counts"]["timed"]
    rows = []
    for task in ("text", OURS, WHOLE, "code, a word of its own"):
        run = figures.runs[task, n]
        rows.append([NAMES[task], *(f"{n / run[key]:,.0f}" for key in ("seconds", "again"))])
    table = write_table([f"{n:,} answers", *(COLUMNS[key][0] for key in ("speed", "again"))], rows)
    return f"{table}\n\n{write_single(figures)}"


def write_single(figures: Figures) -> str:
    """Say what one answer at a time takes."""
    ((n, run),) = [(n, run) for (task, n), run in figures.runs.items() if task == ONE]
    cold, warm = (1000 * run[key] / n for key in ("seconds", "again"))
    return (
        f"One at a time, {n:,} answers through `code_one` took {warm:.2f} ms each when warm, and "
        f"{cold:.2f} ms cold, what is done once included."
    )


def write_table(titles: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a Markdown table; the first column holds words, the others figures."""
    rule = ["---", *["---:"] * (len(titles) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (titles, rule, *rows))
