from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from why_nps import code, read_answers
from why_nps.errors import InputError
from why_nps.flow.joining import join_scores, pseudonymise


def test_every_scored_answer_stays_in_the_silent_too(coded):
    observed = join_scores(coded, ("branch",))
    scored = coded.answers.frame["score"].notna()
    assert observed.frame["answer_id"].tolist() == coded.answers.frame.loc[scored, "answer_id"].tolist()
    assert observed.mentions.shape == (scored.sum(), len(observed.labels))
    silent = coded.screening.loc[coded.screening["status"] == "empty", "answer_id"]
    assert observed.mentions[observed.frame["answer_id"].isin(silent)].sum() == 0


def test_the_matrix_says_what_the_mentions_say(coded):
    observed = join_scores(coded, ())
    told = {
        (observed.frame["answer_id"][row], *observed.labels[column])
        for row, column in np.argwhere(observed.mentions)
    }
    scored = coded.mentions[coded.mentions["answer_id"].isin(observed.frame["answer_id"])]
    assert told == set(scored[["answer_id", "theme", "kind"]].itertuples(index=False, name=None))


def test_periods_are_quarters_unless_the_file_has_waves(coded, export):
    assert set(join_scores(coded, ()).frame["period"]) == {"2025-K1", "2025-K2", "2025-K3", "2025-K4"}
    waves = code(read_answers(export.assign(Golf="najaar")))
    assert set(join_scores(waves, ()).frame["period"]) == {"najaar"}


def test_undated_answers_have_no_period(export):
    undated = code(read_answers(export.drop(columns="Datum")))
    assert join_scores(undated, ()).frame["period"].isna().all()


def test_employee_names_become_pseudonyms(coded):
    assert set(join_scores(coded, ("employee",)).frame["employee"]) == {"medewerker 1", "medewerker 2"}


def test_employees_keep_their_names_when_asked(coded):
    assert set(join_scores(coded, ("employee",), name_employees=True).frame["employee"]) == {"Sanne", "Piet"}


def test_one_name_among_codes_makes_pseudonyms_of_all_and_missing_stays_missing():
    found = pseudonymise(pd.Series(["M17", "Sanne", None], dtype="str"))
    assert found.iloc[:2].tolist() == ["medewerker 1", "medewerker 2"]
    assert found.isna().tolist() == [False, False, True]


def test_pseudonyms_stay_what_they_are():
    names = pd.Series([f"medewerker {number}" for number in (10, 9, 2)], dtype="str")
    assert pseudonymise(names).tolist() == names.tolist()


def test_equal_weights_are_none(coded, export):
    assert join_scores(coded, ()).weights is None
    weighted = code(read_answers(export.assign(Gewicht=["0,5", "1,5"] * 80)))
    assert set(join_scores(weighted, ()).weights) == {0.5, 1.5}


def test_no_usable_score_is_an_error():
    coded = code(read_answers(pd.DataFrame({"Cijfer": ["elf", "99"], "Toelichting": ["a", "b"]})))
    with pytest.raises(InputError, match="no NPS to explain"):
        join_scores(coded, ())


def test_a_flag_that_the_codebook_lacks_is_left_out(coded):
    book = replace(coded.codebook, flags=tuple(f for f in coded.codebook.flags if f.id != "pii"))
    assert "pii" in set(coded.flags["flag"])
    observed = join_scores(replace(coded, codebook=book), ())
    assert "pii" not in observed.flags
    assert observed.flagged.shape[1] == len(observed.flags)
