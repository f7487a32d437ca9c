"""An explanation: everything that was found, and the ways to show it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from why_nps.report.findings import pick_findings
from why_nps.report.selection import pick_drivers, pick_value
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from why_nps.core.answers import ReadingReport
    from why_nps.core.codebook import Codebook
    from why_nps.core.summaries import CodingSummary, ModelSummary


@dataclass(frozen=True, slots=True, eq=False)
class Explanation:
    """What a Net Promoter Score rests on: estimates, the masked answers behind them, and how they were read.

    Parameters
    ----------
    estimates : pandas.DataFrame
        The ``ESTIMATES`` table (`why_nps.core.tables`): NPS points -100..100, rates 0..1.
    verbatims : pandas.DataFrame
        The ``VERBATIMS`` table; text already masked.
    reading : ReadingReport
        What reading the source found.
    coding : CodingSummary
        What happened to the answers on their way to themes.
    model : ModelSummary
        Which model read them, and how well it is known to read.
    codebook : Codebook
        The labels of themes, kinds and flags.
    segments : tuple of str
        The columns by which the estimates are split, such as ``("branch", "touchpoint")``.
    minimum_n : int
        Groups with fewer answers are suppressed.
    """

    estimates: pd.DataFrame
    verbatims: pd.DataFrame
    reading: ReadingReport
    coding: CodingSummary
    model: ModelSummary
    codebook: Codebook
    segments: tuple[str, ...]
    minimum_n: int

    def report(self, path: str | Path, *, language: str = "nl") -> Path:
        """Write the report as one HTML page that needs nothing else: no network, no other files.

        Parameters
        ----------
        path : str or Path
            Where to write; folders that are not there are made, an older page is replaced in one step.
        language : str
            "nl" or "en".

        Returns
        -------
        Path
            The page.

        Raises
        ------
        InputError
            If there is no report in ``language``, or ``path`` cannot be written.
        """
        from why_nps.report.page import render_page
        from why_nps.report.storage import write_atomically

        return write_atomically(path, render_page(self, language=language).encode("utf-8"))

    def tables(self, folder: str | Path, *, language: str = "nl") -> list[Path]:
        """Write the tables of the report as one workbook (xlsx) and a CSV file each.

        Dutch CSV files have semicolons and decimal commas, English ones commas and decimal points, as
        Excel expects in either language; both are UTF-8 with a byte order mark.

        Parameters
        ----------
        folder : str or Path
            Made where it is not there.
        language : str
            "nl" or "en".

        Returns
        -------
        list of Path
            The workbook first, then the CSV files.

        Raises
        ------
        InputError
            As in `report`.
        """
        from why_nps.report.workbook import write_tables

        return write_tables(self, folder, language=language)

    def save_figures(self, folder: str | Path, *, language: str = "nl") -> list[Path]:
        """Write every figure of the report as PNG and as SVG.

        Parameters
        ----------
        folder : str or Path
            Made where it is not there.
        language : str
            "nl" or "en".

        Returns
        -------
        list of Path

        Raises
        ------
        InputError
            As in `report`.
        """
        from why_nps.report.gallery import save_figures

        return save_figures(self, folder, language=language)

    def findings(self, language: str = "nl") -> list[str]:
        """Return the three to five findings as plain sentences."""
        return [finding.text for finding in pick_findings(self, load_wording(language))]

    def drivers(self) -> pd.DataFrame:
        """Return one row a theme and kind with its rates, effects and their intervals.

        Returns
        -------
        pandas.DataFrame
            ``theme``, ``kind``; mention rates and promoter and detractor effects (0..1); gap, impact,
            adjusted effect and contribution (NPS points); ``p_adjusted`` of the adjusted
            effect; ``n``; ``note``.
        """
        return pick_drivers(self.estimates, self.codebook)

    def to_text(self, *, language: str = "nl", width: int = 80, colour: bool = False) -> str:
        """Return the explanation as text for a terminal.

        Parameters
        ----------
        language : str
            "nl" or "en".
        width : int
            Columns of the terminal.
        colour : bool
            With ANSI colours; plain text where False.
        """
        from why_nps.report.terminal import render_text

        return render_text(self, language=language, width=width, colour=colour)

    def to_json(self) -> str:
        """Return everything as JSON in ASCII; missing numbers are null.

        Returns
        -------
        str
            An object with ``estimates`` and ``verbatims`` (lists of records), ``reading``, ``coding``,
            ``model``, ``codebook`` (name and version), ``segments`` and ``minimum_n``.
        """
        reading = {**asdict(self.reading), "columns": dict(self.reading.columns)}
        content = {
            "estimates": json.loads(self.estimates.to_json(orient="records", double_precision=15)),
            "verbatims": json.loads(self.verbatims.to_json(orient="records")),
            "reading": {**reading, "score_problems": dict(self.reading.score_problems)},
            "coding": asdict(self.coding),
            "model": {**asdict(self.model), "figures": dict(self.model.figures)},
            "codebook": {"name": self.codebook.name, "version": self.codebook.version},
            "segments": list(self.segments),
            "minimum_n": self.minimum_n,
        }
        return json.dumps(content, allow_nan=False)  # ASCII: nothing in it acts on a terminal

    def __repr__(self) -> str:
        nps = pick_value(self.estimates, "nps")
        wording = load_wording("en")
        score = "–" if nps is None else wording.points(nps["estimate"])
        return f"<Explanation: NPS {score}, {self.coding.scored:,} scores, by {list(self.segments)}>"

    def _repr_html_(self) -> str:
        from why_nps.report.page import render_notebook

        return render_notebook(self)
