"""Flags by wording join those of the model: found once each, and only those of the codebook."""

import dataclasses

import numpy as np

from why_nps.flow.coding import code
from why_nps.themes import load_bundle
from why_nps.themes.context import read_by
from why_nps.themes.flags import NO_CONTENT

TEXTS = ["Een 10 geef ik nooit. Bel mij even terug", "snelle levering", "nvt", "ik ga overstappen"]


def test_what_is_said_in_clear_words_is_flagged_whatever_the_model_thinks():
    flags = code(TEXTS).flags
    found = set(zip(flags["answer_id"], flags["flag"], strict=True))
    assert {("1", "never_top"), ("1", "callback"), ("4", "churn")} <= found
    assert not {"2", "3"} & set(flags["answer_id"])
    assert not flags.duplicated(["answer_id", "flag"]).any()
    assert flags.loc[flags["flag"] == "never_top", "probability"].tolist() == [1.0]


def test_a_flag_that_is_not_in_the_codebook_is_not_found_by_wording():
    bundle = load_bundle()
    kept = tuple(flag for flag in bundle.codebook.flags if flag.id != "never_top")
    narrow = dataclasses.replace(bundle, codebook=dataclasses.replace(bundle.codebook, flags=kept))
    silent = dataclasses.replace(
        bundle.flags, thresholds=bundle.flags.thresholds + 2.0
    )  # above any probability
    flags = code(TEXTS, model=dataclasses.replace(narrow, flags=silent)).flags
    assert set(flags["flag"]) == {"callback", "churn"}


def test_flags_do_not_depend_on_the_other_answers():
    whole = code(TEXTS).flags
    for position, text in enumerate(TEXTS, start=1):
        alone = code([text]).flags
        assert alone["flag"].tolist() == whole.loc[whole["answer_id"] == str(position), "flag"].tolist()


def test_the_model_takes_only_short_answers_for_ones_without_content():
    bundle = load_bundle()
    always = np.where(np.array(bundle.flags.flags) == NO_CONTENT, -1.0, 2.0)
    mute = dataclasses.replace(
        bundle,
        flags=dataclasses.replace(bundle.flags, thresholds=always),
        themes=read_by(bundle.themes, np.full(len(bundle.themes.themes_), 2.0), (1.0, 0.0)),
    )
    texts = [" ".join(["goed"] * words) for words in (1, 8, 9, 30)]
    status = code(texts, model=mute).screening["status"].tolist()
    assert status == ["no_content", "no_content", "content", "content"]
