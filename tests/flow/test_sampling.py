import numpy as np
import pandas as pd
import pytest
from python_calamine import load_workbook

from why_nps import code, explain, read_answers
from why_nps.errors import InputError
from why_nps.flow import draw_sample, read_sample, write_sample
from why_nps.flow.coding import list_pairs
from why_nps.flow.joining import join_scores
from why_nps.flow.sampling import HandCoded, correct_for_errors


def fill(path, coded, *, pairs=None, done=None, change=None):
    """Code the workbook as the model did (or with `pairs`), as a person would in a spreadsheet."""
    found = (
        dict(zip(coded.answers.frame["answer_id"], list_pairs(coded), strict=True))
        if pairs is None
        else pairs
    )
    table = pd.read_excel(path, engine="calamine", dtype={"answer_id": "str"}).astype(object)
    for row in table.index[: done or len(table)]:
        table.loc[row, "coded"] = "x"
        for number, (theme, kind) in enumerate(dict.fromkeys(found[table.loc[row, "answer_id"]]), start=1):
            table.loc[row, f"theme_{number}"] = coded.codebook.label(theme)
            table.loc[row, f"kind_{number}"] = kind
    if change:
        change(table)
    with pd.ExcelWriter(path, engine="xlsxwriter") as writer:
        table.to_excel(writer, index=False)
    return path


@pytest.fixture
def sheet(coded, tmp_path):
    return write_sample(draw_sample(coded, size=60, seed=1), coded.codebook, tmp_path / "new" / "sheet.xlsx")


def test_every_answer_with_something_to_read_has_the_same_chance(coded):
    drawn = draw_sample(coded, size=40, seed=3)
    content = coded.screening[coded.screening["status"] == "content"]["answer_id"]
    scored = coded.answers.frame.dropna(subset="score")["answer_id"]
    pool = set(content) & set(scored)
    assert len(drawn) == 40
    assert set(drawn["answer_id"]) <= pool
    assert np.allclose(drawn["probability"], 40 / len(pool))
    assert draw_sample(coded, size=40, seed=3).equals(drawn)
    counts = pd.concat([draw_sample(coded, size=40, seed=s)["answer_id"] for s in range(200)]).value_counts()
    assert len(counts) == len(pool)
    assert counts.min() > 200 * 40 / len(pool) * 0.5


def test_strata_give_rare_themes_a_higher_chance_that_is_known():
    texts = ["Snelle levering"] * 190 + ["Veel te duur"] * 10
    coded = code(read_answers(pd.DataFrame({"Cijfer": [9] * 190 + [3] * 10, "Toelichting": texts})))
    drawn = draw_sample(coded, size=40, stratified=True).groupby("text")["probability"]
    assert drawn.size().to_dict() == {"Snelle levering": 30, "Veel te duur": 10}
    assert drawn.first().to_dict() == pytest.approx({"Snelle levering": 30 / 190, "Veel te duur": 1.0})


@pytest.mark.parametrize("size", [1, 7, 40, 97, 500])
def test_as_many_are_drawn_from_strata_as_were_asked_for_and_stand_for_all(coded, size):
    strata = len(set(map(frozenset, list_pairs(coded))))
    pool = len(draw_sample(coded, size=10_000))
    drawn = draw_sample(coded, size=size, stratified=True)
    assert len(drawn) == min(size, pool) or (size < strata and size <= len(drawn) <= strata)
    assert (1 / drawn["probability"]).sum() == pytest.approx(pool)


def test_the_workbook_masks_personal_data_and_shows_no_score(coded, sheet):
    book = load_workbook(str(sheet))
    rows = book.get_sheet_by_name("sample").to_python()
    text = " ".join(str(cell) for row in rows for cell in row)
    assert "06-12345678" not in text
    assert "score" not in rows[0]
    assert len(rows) == 61
    assert book.get_sheet_by_name("codebook").to_python()[0][0] == coded.codebook.theme_ids[0]


def test_a_coded_workbook_is_read_back(coded, sheet):
    sample = read_sample(fill(sheet, coded), coded.codebook)
    assert len(sample.answer_ids) == 60
    found = {answer: set() for answer in sample.answer_ids}
    for answer, theme, kind in sample.mentions:
        found[answer].add((theme, kind))
    expected = dict(zip(coded.answers.frame["answer_id"], map(set, list_pairs(coded)), strict=True))
    assert found == {answer: expected[answer] for answer in sample.answer_ids}


@pytest.mark.parametrize("stratified", [False, True])
def test_what_was_not_coded_may_stay_in_the_sheet_or_go(coded, tmp_path, stratified):
    observed = join_scores(coded, [])
    drawn = draw_sample(coded, size=60, stratified=stratified, seed=1)
    path = tmp_path / "vel.xlsx"
    tables = []
    for rows in (60, 30):
        write_sample(drawn[:rows], coded.codebook, path)
        sample = read_sample(
            fill(path, coded, pairs={answer: [("price", "pain")] for answer in drawn["answer_id"]}, done=30),
            coded.codebook,
        )
        assert sample.answer_ids == tuple(drawn["answer_id"][:30])
        tables.append(correct_for_errors(coded, observed, sample))
    pd.testing.assert_frame_equal(*tables)


def test_the_corrected_rate_of_a_sheet_coded_in_part_is_that_of_the_formula(coded, sheet):
    drawn = draw_sample(coded, size=60, seed=1)["answer_id"]
    half = {answer: [("price", "pain")] if at % 3 == 0 else [] for at, answer in enumerate(drawn)}
    sample = read_sample(fill(sheet, coded, pairs=half, done=30), coded.codebook)
    observed = join_scores(coded, [])
    rows = correct_for_errors(coded, observed, sample)
    rate = rows[
        (rows["statistic"] == "corrected_rate") & (rows["theme"] == "price") & (rows["kind"] == "pain")
    ]
    found = observed.mentions[:, observed.labels.index(("price", "pain"))].astype(bool)
    ids = observed.frame["answer_id"]
    read, given = ids.isin(sample.answer_ids), ids.isin([one for one, pairs in half.items() if pairs])
    content = ids.isin(coded.screening.loc[coded.screening["status"] == "content", "answer_id"])
    weight = content.sum() / 30
    right = (given & read & found).sum() / (read & found).sum()
    missed = weight * (given & read & ~found).sum() / (weight * (read & ~found).sum() + (~content).sum())
    assert rate["estimate"].item() == pytest.approx(found.mean() * right + (1 - found.mean()) * missed)


def test_headings_in_capitals_and_a_sixth_theme_are_read(coded, sheet):
    def change(table):
        table.loc[0, ["theme_6", "kind_6"]] = ["Enquête & meting", "TIP "]
        table.columns = table.columns.str.upper()

    sample = read_sample(fill(sheet, coded, change=change), coded.codebook)
    assert (sample.answer_ids[0], "survey", "tip") in sample.mentions


def test_a_sample_corrects_the_figures(coded, sheet):
    sample = read_sample(fill(sheet, coded), coded.codebook)
    explained = explain(coded, sample=sample)
    rows = explained.estimates
    rates = rows[rows["statistic"] == "corrected_rate"].dropna(subset="estimate").set_index(["theme", "kind"])
    plain = rows[(rows["statistic"] == "mention_rate") & (rows["by"] == "") & (rows["period"] == "")]
    plain = plain.set_index(["theme", "kind"]).loc[rates.index]
    # The sample agrees with the model everywhere, so that nothing moves.
    assert np.allclose(rates["estimate"], plain["estimate"])
    assert len(rates) >= 4
    parts = rows.loc[rows["statistic"] == "corrected_contribution", "estimate"].sum()
    nps = rows[(rows["statistic"] == "nps") & (rows["by"] == "") & (rows["period"] == "")]["estimate"].iloc[0]
    assert parts == pytest.approx(nps)
    assert "Gecorrigeerd voor fouten van het model" in explained.to_text()
    assert (rows.loc[rows["estimate"].isna(), "note"] != "").all()


def test_answers_without_content_count_as_coded(coded):
    observed = join_scores(coded, [])
    answer = draw_sample(coded, size=1)["answer_id"].iloc[0]
    rows = correct_for_errors(coded, observed, HandCoded((answer,), (0.01,), frozenset()))
    silent = ~coded.screening["status"].eq("content").to_numpy()
    scored = coded.answers.frame["score"].notna().to_numpy()
    base = rows[(rows["statistic"] == "corrected_contribution") & (rows["theme"] == "")]
    assert base["n_effective"].item() == 1 + (silent & scored).sum()


def wrong_theme(table):
    table.loc[0, ["theme_1", "kind_1"]] = ["onzin", "pain"]


def half_filled(table):
    table.loc[0, "kind_1"] = None
    table.loc[0, "theme_1"] = "delivery"


def unmarked(table):
    table[[name for name in table if name.startswith(("coded", "theme_", "kind_"))]] = None


def changed_chance(table):
    table.loc[0, "probability"] = 3


def without_text(table):
    del table["text"]


def doubled(table):
    table.loc[1, "answer_id"] = table.loc[0, "answer_id"]


def doubled_by_coders(table):
    table["coder"] = "an"
    table.loc[1, "coder"] = "bo"
    doubled(table)


def unticked(table):
    wanted = table["theme_1"].notna()
    table.loc[0, ["theme_1", "kind_1", "coded"]] = [*table.loc[wanted, ["theme_1", "kind_1"]].iloc[0], None]


@pytest.mark.parametrize(
    "change, message",
    [
        (wrong_theme, r"sheet\.xlsx, row 2: theme_1 holds no theme of the codebook"),
        (half_filled, "row 2: kind_1 is empty"),
        (unmarked, "marked as coded"),
        (changed_chance, "was changed"),
        (doubled, "row 3: its answer_id stands in a row above"),
        (doubled_by_coders, "by several coders: keep one coder's"),
        (unticked, "row 2: has a theme but no x in 'coded'"),
        (without_text, "lacks the column 'text'"),
    ],
)
def test_a_workbook_that_cannot_be_used_is_refused(coded, sheet, change, message):
    with pytest.raises(InputError, match=message):
        read_sample(fill(sheet, coded, change=change), coded.codebook)


def test_other_files_and_other_answers_are_refused(coded, sheet, tmp_path):
    broken = tmp_path / "broken.xlsx"
    broken.write_text("geen werkboek")
    for path in (broken, tmp_path / "absent.xlsx", tmp_path / "absent.json"):
        with pytest.raises(InputError, match=path.name):
            read_sample(path, coded.codebook)
    sample = read_sample(fill(sheet, coded), coded.codebook)
    other = code(read_answers(pd.DataFrame({"Cijfer": [9], "Toelichting": ["goed"], "id": ["x"]})))
    with pytest.raises(InputError, match="drawn from this file"):
        explain(other, sample=sample)
    with pytest.raises(InputError, match="Cannot draw"):
        draw_sample(code(read_answers(pd.DataFrame({"Cijfer": [9], "Toelichting": ["-"]}))))


def test_a_file_without_ids_that_was_sorted_after_the_draw_is_refused(export, tmp_path):
    texts = [f"{text} ({number})" for number, text in enumerate(export["Toelichting"])]
    whole = export.assign(Toelichting=texts)
    coded = code(read_answers(whole))
    sheet = write_sample(draw_sample(coded, size=60), coded.codebook, tmp_path / "vel.csv")
    table = pd.read_csv(sheet, sep=";", dtype="str").assign(coded="x")
    table["text"] = "'" + table["text"].str.upper() + " "  # as a spreadsheet or a coder may leave it
    table.to_csv(sheet, index=False)
    explain(coded, sample=sheet)
    other = code(read_answers(whole.sort_values("Toelichting")))
    with pytest.raises(
        InputError, match=r"[0-9]+ of the 60 coded answers have another text in this file"
    ) as told:
        explain(other, sample=sheet)
    assert "nvt" not in str(told.value)


def test_more_people_must_be_asked_than_answered(coded):
    with pytest.raises(InputError, match="at least"):
        explain(coded, asked=3)
    rows = explain(coded, asked=1000).estimates
    bounds = rows[rows["statistic"] == "nps_bounds"].iloc[0]
    assert bounds["low"] < bounds["estimate"] < bounds["high"]
