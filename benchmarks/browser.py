"""How much of what the whole model finds in clauses of the demo export the small one finds, and its size.

python benchmarks/browser.py
"""

import gzip
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory

from why_nps import AnswerCleaner, ClauseSplitter, load_bundle, read_answers
from why_nps.hosts.browser import export_browser, read_browser


def main() -> None:
    """Print size and agreement."""
    demo = files("why_nps").joinpath("data", "demo", "demo_export.csv")
    answers = read_answers(str(demo)).frame["text"].dropna().drop_duplicates()
    split = ClauseSplitter().transform(AnswerCleaner().transform(answers))
    clauses = [clause for some in split for clause in some]
    bundle = load_bundle()
    with TemporaryDirectory() as folder:
        path = export_browser(Path(folder, "model.json"), bundle)
        content, small = path.read_bytes(), read_browser(path)
    print(f"{len(content) / 1e6:.2f} MB, {len(gzip.compress(content)) / 1e6:.2f} MB compressed")
    whole = bundle.themes.predict(clauses)
    agreed = small.score(clauses, whole)
    print(f"{len(clauses):,} clauses: F1 of theme and kind against the whole model {agreed:.3f}")


if __name__ == "__main__":
    main()
