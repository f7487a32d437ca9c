"""An explanation: everything that was found, and the ways to show it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from why_nps.core.tables import WORDS
from why_nps.report.findings import pick_findings
from why_nps.report.selection import pick_drivers, pick_value
from why_nps.report.wording import load_wording

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from why_nps.core.answers import ReadingReport
    from why_nps.core.codebook import Codebook
    from why_nps.core.crossing import Crossing
    from why_nps.core.summaries import CodingSummary, ModelSummary
    from why_nps.report.drawing import Figures


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
    words : pandas.DataFrame
        The ``WORDS`` table: what tells promoters' answers from detractors'; empty where it was not counted.
    crossing : Crossing, optional
        What the filters of the page show; a page without it has no filters.
    """

    estimates: pd.DataFrame
    verbatims: pd.DataFrame
    reading: ReadingReport
    coding: CodingSummary
    model: ModelSummary
    codebook: Codebook
    segments: tuple[str, ...]
    minimum_n: int
    words: pd.DataFrame = field(default_factory=lambda: WORDS.frame([]))
    crossing: Crossing | None = None

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
        from why_nps.core.storage import write_atomically
        from why_nps.report.page import render_page

        return write_atomically(path, render_page(self, language=language).encode("utf-8"))

    def tables(self, folder: str | Path, *, language: str = "nl", formula_safe: bool = True) -> list[Path]:
        """Write the tables of the report as one workbook (xlsx) and a CSV file each.

        Dutch CSV files have semicolons and decimal commas, English ones commas and decimal points, as
        Excel expects in either language; both are UTF-8 with a byte order mark.

        Parameters
        ----------
        folder : str or Path
            Made where it is not there.
        language : str
            "nl" or "en".
        formula_safe : bool
            Put a ``'`` before text that a spreadsheet would take for a formula. In the workbook no cell is
            a formula in any case.

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

        return write_tables(self, folder, language=language, formula_safe=formula_safe)

    @property
    def figures(self) -> Figures:
        """The figures, to look at or to change: ``explained.figures.drivers(size=(8, 4))``."""
        from why_nps.report.drawing import Figures

        return Figures(self)

    def save_figures(self, folder: str | Path, *, language: str = "nl") -> list[Path]:
        """Write every figure of the report as SVG, PNG and PDF, with how to read it below.

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

    def slides(self, path: str | Path, *, language: str = "nl") -> Path:
        """Write the findings as PowerPoint slides with charts that can be edited.

        Parameters
        ----------
        path : str or Path
            Such as ``"rapport.pptx"``.
        language : str
            "nl" or "en".

        Returns
        -------
        Path

        Raises
        ------
        InputError
            As in `report`.
        MissingExtraError
            If python-pptx is not there: ``pip install 'why_nps[pptx]'``.
        """
        from why_nps.report.slides import write_slides

        return write_slides(self, path, language=language)

    def save(self, folder: str | Path, *, language: str = "nl") -> list[Path]:
        """Write page, tables and figures to a folder: all of them, or where that fails none.

        Parameters
        ----------
        folder : str or Path
            Gets ``rapport.html``, ``tables`` and ``figures``; made where it is not there.
        language : str
            "nl" or "en".

        Returns
        -------
        list of Path
            The page first.

        Raises
        ------
        InputError
            As in `report`.
        """
        from why_nps.core.storage import write_together

        return write_together(folder, self.render(language=language))

    def render(self, *, language: str = "nl") -> dict[str, bytes]:
        """Return the files that `save` writes, by their path within the folder."""
        from why_nps.report.gallery import render_figures
        from why_nps.report.page import render_page
        from why_nps.report.workbook import render_tables

        contents = {"rapport.html": render_page(self, language=language).encode("utf-8")}
        tables = render_tables(self, language=language)
        contents |= {f"tables/{name}": content for name, content in tables.items()}
        figures = render_figures(self, language=language)
        return contents | {f"figures/{name}": content for name, content in figures.items()}

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

    def to_html(self, *, language: str = "nl") -> str:
        """Return the score, the findings and the strongest drivers as the HTML that a notebook shows.

        Parameters
        ----------
        language : str
            "nl" or "en".

        Raises
        ------
        InputError
            As in `report`.
        """
        from why_nps.report.notebook import render_notebook

        return render_notebook(self, language=language)

    def to_json(self) -> str:
        """Return everything as JSON in ASCII; missing numbers are null.

        Returns
        -------
        str
            An object with ``estimates``, ``verbatims`` and ``words`` (lists of records), ``reading``,
            ``coding``, ``model``, ``codebook`` (name and version), ``segments``, ``minimum_n`` and
            ``schema``, the version of the form, which the file ``data/explanation.schema.json`` of the
            package declares.
        """
        reading = {**asdict(self.reading), "columns": dict(self.reading.columns)}
        content = {
            "schema": 1,
            "estimates": _to_records(self.estimates),
            "verbatims": json.loads(self.verbatims.to_json(orient="records")),
            "words": _to_records(self.words),
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
        return self.to_html()


def _to_records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return a table's rows to nine decimals: further ones differ from processor to processor."""
    return list(json.loads(table.round(9).to_json(orient="records", double_precision=15)))
