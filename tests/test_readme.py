"""What the README says is run, and its figures are those of the shipped model."""

import json
import re
from importlib.resources import files
from pathlib import Path

import why_nps

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_runs(tmp_path, monkeypatch):
    (tmp_path / "export.csv").write_text(
        "Cijfer;Toelichting;Vestiging;Contactmoment\n"
        + "9;Snelle levering;Ede;winkel\n4;Veel te duur;Tiel;webshop\n" * 15,
        encoding="utf-8",
    )
    monkeypatch.chdir(tmp_path)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    names: dict[str, object] = {}
    exec(example, names)  # noqa: S102  the README's own example
    assert (tmp_path / "rapport.html").exists()
    assert {"theme", "adjusted_effect"} <= set(names["drivers"].columns)


def test_the_walked_answer_becomes_what_it_says():
    import why_nps

    coded = why_nps.code(["Monteur was top!! maar na 3x bellen (06-12345678) nog geen factuur"])
    pairs = set(zip(coded.mentions["clause"], coded.mentions["theme"], coded.mentions["kind"], strict=True))
    assert len(coded.clauses) == 2
    assert {(0, "staff", "delight"), (1, "billing", "pain")} <= pairs


def test_figures_are_those_of_the_shipped_models():
    base, accurate = (
        json.loads((ROOT / "models" / name / "metrics.json").read_text(encoding="utf-8"))
        for name in ("nl-base", "nl-accurate")
    )
    shown = re.findall(r"^\| `(\w+)` \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) \|", README, re.MULTILINE)
    assert len(shown) >= 7
    for name, *figures in shown:
        assert figures == [f"{metrics[name]:.2f}" for metrics in (base, accurate["default"], accurate)]
    assert f"on {accurate['answers']:,} answers" in README


def test_both_planted_stories_of_the_demo_are_told():
    export = files("why_nps").joinpath("data", "demo", "demo_export.csv")
    told = why_nps.explain(why_nps.code(why_nps.read_answers(str(export)))).to_text(width=200)
    assert "In filiaal Breda gaat het sinds 2025-K3 vaker over ‘Levering & bezorging’" in told
    assert "Bij medewerker M17" in told
