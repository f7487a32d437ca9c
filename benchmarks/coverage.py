"""How often nominal 95 % intervals hold the truth, by simulation: the table in docs/statistics.md.

Run: OMP_NUM_THREADS=1 python benchmarks/coverage.py (a few minutes, seeded; prints Markdown)
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

import numpy as np

from why_nps.stats import adjusted_wald_interval, correct_drivers, estimate_drivers, tango_interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

PROFILES = np.array(  # detractors, passives, promoters
    [(0.15, 0.35, 0.5), (0.25, 0.35, 0.4), (0.4, 0.3, 0.3), (0.1, 0.2, 0.7), (0.05, 0.45, 0.5)]
)
SIZES = (10, 20, 50, 200, 1000)
RATES = np.array([0.3, 0.2, 0.15, 0.1, 0.05])
# Effects on P(detractor) and P(promoter); linear, so that the truth of the adjusted effect is known.
DETRACTOR, PROMOTER = np.array([0.2, -0.05, 0.1, 0.05, 0.1]), np.array([-0.15, 0.15, -0.05, 0.05, -0.1])
EFFECTS = 100 * (PROMOTER - DETRACTOR)
BASE = (0.1, 0.4)  # share of detractors and of promoters without any label
SEEN = 3  # labels of the correction: the most frequent ones
CODED, ANSWERS = 200, 2000
RECALL, PRECISION = 0.68, 0.836  # F1 .75, and fewer found than there are
LABELS = [(f"theme {number}", "pain") for number in range(len(RATES))]
Z = 1.959964


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=1000, help="Simulated surveys per row.")
    draws = parser.parse_args().draws
    rng = np.random.default_rng(2025)
    print("| figure | survey | interval | coverage | lowest | width |")
    print("|---|---|---|---|---|---|")
    for rows in (cover_nps(20 * draws, rng), cover_effects(draws, rng), cover_corrected(draws, rng)):
        for figure, survey, interval, inside, width in rows:
            share = inside.mean(axis=0)
            print(
                f"| {figure} | {survey} | {interval} | {share.mean():.3f} | {share.min():.3f} | {width:.3g} |"
            )


def cover_nps(
    draws: int, rng: np.random.Generator
) -> Iterator[tuple[str, str, str, NDArray[np.bool_], float]]:
    """Compare Tango with the intervals of other tools, over the profiles."""
    truth = 100 * (PROFILES[:, 2] - PROFILES[:, 0])
    for n in SIZES:
        counts = np.stack([rng.multinomial(n, p, draws) for p in PROFILES], axis=1).astype(float)
        d, s, p = np.moveaxis(counts, -1, 0)
        nps = (p - d) / n
        half = Z * np.sqrt(((p + d) / n - nps**2) / n)
        found = {
            "Wald (naive)": (nps - half, nps + half),
            "AW3": adjusted_wald_interval(d, s, p),
            "**Tango**": tango_interval(d, s, p),
        }
        for name, (low, high) in found.items():
            inside = (100 * low <= truth) & (truth <= 100 * high)
            yield "NPS", f"n = {n}", name, inside, 100 * float((high - low).mean())


def draw_survey(n: int, k: int, rng: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Scores, and k labels of which some come together."""
    common = rng.random((n, 1))
    own = rng.random((n, k))
    z = np.where(rng.random((n, k)) < 0.3, common, own) < RATES[:k]  # noqa: PLR2004 - part that is shared
    detractor = BASE[0] + z @ DETRACTOR[:k]
    promoter = BASE[1] + z @ PROMOTER[:k]
    draw = rng.random(n)
    scores = np.select([draw < detractor, draw < detractor + promoter], [3, 9], default=8)
    return scores, z.astype(np.int64)


def cover_effects(
    draws: int, rng: np.random.Generator
) -> Iterator[tuple[str, str, str, NDArray[np.bool_], float]]:
    """Cover adjusted effects with HC3 and t, beside the gap, which blames a label for its company."""
    for n in (200, 500, 2000):
        inside: dict[str, list[NDArray[np.float64]]] = {"gap (naive)": [], "**HC3**": []}
        width: dict[str, list[float]] = {name: [] for name in inside}
        for _ in range(draws):
            scores, z = draw_survey(n, len(RATES), rng)
            table = estimate_drivers(scores, z, LABELS, minimum_mentions=5)
            for name, statistic in (("gap (naive)", "gap"), ("**HC3**", "adjusted_effect")):
                rows = table[table["statistic"] == statistic]
                low, high = rows["low"].to_numpy(), rows["high"].to_numpy()
                known = np.isfinite(low)  # a label with fewer than 5 mentions has no figure
                inside[name].append(np.where(known, (low <= EFFECTS) & (high >= EFFECTS), np.nan))
                width[name].append(float(np.nanmean(high - low)))
        for name, found in inside.items():
            share = np.nanmean(np.array(found, dtype=float), axis=0)[None]
            yield "adjusted effect", f"n = {n}", name, share, float(np.mean(width[name]))


def cover_corrected(
    draws: int, rng: np.random.Generator
) -> Iterator[tuple[str, str, str, NDArray[np.bool_], float]]:
    """Cover rates and effects of a model with an F1 of .75: as found, by the labels alone, corrected."""
    labels, survey = LABELS[:SEEN], f"n = {ANSWERS}, {CODED} coded"
    wrong = RECALL * (1 / PRECISION - 1) * RATES[:SEEN] / (1 - RATES[:SEEN])  # false finds
    truths = {"rate": RATES[:SEEN], "effect": EFFECTS[:SEEN]}
    plain = {"rate": "mention_rate", "effect": "adjusted_effect"}
    found: dict[tuple[str, str], list[tuple[NDArray[np.bool_], float]]] = {}
    chance = np.full(CODED, CODED / ANSWERS)
    for _ in range(draws):
        scores, z = draw_survey(ANSWERS, SEEN, rng)
        seen = np.where(z == 1, rng.random(z.shape) < RECALL, rng.random(z.shape) < wrong).astype(np.int64)
        coded = rng.choice(ANSWERS, CODED, replace=False)
        tables = {
            "as found (naive)": estimate_drivers(scores, seen, labels),
            "coded answers alone": estimate_drivers(scores[coded], z[coded], labels, minimum_mentions=5),
            "**corrected**": correct_drivers(
                scores, seen, z[coded], labels, rows=coded, probability=chance, draws=800
            ),
        }
        for name, table in tables.items():
            for figure, truth in truths.items():
                statistic = f"corrected_{figure}" if "corrected" in name else plain[figure]
                rows = table[table["statistic"] == statistic]
                low, high = rows["low"].to_numpy(), rows["high"].to_numpy()
                known = (low <= truth) & (truth <= high), float(np.nanmean(high - low))
                found.setdefault((figure, name), []).append(known)
    for figure in truths:
        for name in tables:
            inside, width = zip(*found[figure, name], strict=True)
            yield f"{figure}, F1 .75", survey, name, np.array(inside), float(np.mean(width))


if __name__ == "__main__":
    main()
