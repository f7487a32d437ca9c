import pandas as pd
import pytest

from why_nps.core.codebook import build_codebook, load_codebook
from why_nps.core.migration import compare_codebooks, recode_mentions
from why_nps.core.tables import MENTIONS
from why_nps.errors import CodebookError


def book(version, themes, changes=()):
    """A codebook of `themes`: ids, or id to parent."""
    parents = themes if isinstance(themes, dict) else dict.fromkeys(themes, "")
    return build_codebook(
        {
            "name": "klein",
            "version": version,
            "themes": {theme: {"nl": theme.title(), "parent": parent} for theme, parent in parents.items()},
            "kinds": {"pain": {"nl": "pijnpunt"}},
            "changes": list(changes),
        }
    )


def wave(*themes):
    """One mention of each theme, in a clause of its own or, for the same answer, in one clause."""
    rows = [
        {
            "answer_id": str(number),
            "clause": 0,
            "theme": theme,
            "kind": "pain",
            "probability": 0.5,
            "start": 0,
            "end": 3,
        }
        for number, theme in enumerate(themes)
    ]
    return MENTIONS.frame(rows)


OLD = book("1", ["koerier", "pakket", "prijs", "enquete", "kluis", "winkel"])
LATER = {"levering": "", "tarief": "", "korting": "", "safe": "", "winkel": "", "klimaat": ""}
CHANGES = [
    {
        "version": "2",
        "mapping": {"koerier": "bezorging", "pakket": "bezorging", "prijs": ["tarief", "korting"]},
    },
    {
        "version": "3",
        "mapping": {"bezorging": "levering", "enquete": [], "kluis": "safe"},
        "added": ["klimaat"],
    },
]
NEW = book("3", LATER, CHANGES)


def test_a_theme_that_was_split_and_kept_above_its_parts_is_told():
    parts = {"version": "2", "mapping": {"winkel": ["kassa", "parkeren"]}}
    grown = {**dict.fromkeys(OLD.theme_ids, ""), "kassa": "winkel", "parkeren": "winkel"}
    found = compare_codebooks(OLD, book("2", grown, [parts]))
    assert found.to_numpy().tolist() == [
        ["themes", "winkel", "split, and kept", "winkel", "kassa, parkeren", "goes on"]
    ]


def test_an_earlier_wave_is_recoded_through_every_version_since():
    recoded = recode_mentions(wave("koerier", "pakket", "kluis", "winkel"), NEW, since="1")
    assert recoded.mentions["theme"].tolist() == ["levering", "levering", "safe", "winkel"]
    assert recode_mentions(wave("bezorging", "winkel"), NEW, since="2").mentions["theme"].tolist() == [
        "levering",
        "winkel",
    ]


def test_what_cannot_be_followed_is_left_out_and_told():
    recoded = recode_mentions(wave("prijs", "prijs", "enquete", "winkel"), NEW, since="1")
    assert recoded.mentions["theme"].tolist() == ["winkel"]
    told = recoded.breaks.set_index("theme")
    assert told["why"].to_dict() == {"prijs": "split", "enquete": "retired", "klimaat": "added"}
    assert told["mentions"].to_dict() == {"prijs": 2, "enquete": 1, "klimaat": 0}
    assert len(recoded.mentions) + told["mentions"].sum() + recoded.joined == 4
    assert told.loc["prijs", "becomes"] == "tarief, korting"
    assert "klimaat: added in version 3: not read for before" in str(recoded)


def test_two_themes_that_became_one_are_one_mention_of_a_clause_with_the_higher_probability():
    both = wave("koerier", "pakket").assign(answer_id="1", probability=[0.4, 0.7], employee=["a", "b"])
    recoded = recode_mentions(both, NEW, since="1")
    assert recoded.mentions[["theme", "probability", "employee"]].to_numpy().tolist() == [
        ["levering", 0.7, "b"]
    ]
    assert str(recoded).startswith("1 mentions brought along; 1 became one with another of their clause; 1 ")


def test_a_split_theme_goes_on_as_the_parent_of_its_parts():
    split = [{"version": "2", "mapping": {"prijs": ["tarief", "korting"]}}]
    same = book("2", {"prijs": "", "tarief": "prijs", "korting": "prijs"}, split)
    assert recode_mentions(wave("prijs"), same, since="1").mentions["theme"].tolist() == ["prijs"]
    other = book("2", {"kosten": "", "tarief": "kosten", "korting": "kosten"}, split)
    recoded = recode_mentions(wave("prijs"), other, since="1")
    assert recoded.mentions["theme"].tolist() == ["kosten"]
    assert len(recoded.breaks) == 0


def test_a_theme_that_nobody_knows_is_an_error():
    with pytest.raises(CodebookError, match=r"1 themes of the mentions, such as 'weg'"):
        recode_mentions(wave("weg"), NEW, since="1")
    with pytest.raises(CodebookError, match=r"has no \[\[changes\]\]"):
        recode_mentions(wave("winkel"), OLD, since="0")


def test_comparing_tells_what_became_of_each_theme_and_of_its_series():
    found = compare_codebooks(OLD, NEW)
    told = {(row.id, row.change): (row.after, row.series) for row in found.itertuples()}
    assert told == {
        ("koerier", "merged"): ("levering", "is recoded"),
        ("pakket", "merged"): ("levering", "is recoded"),
        ("prijs", "split"): ("tarief, korting", "breaks"),
        ("enquete", "retired"): ("", "breaks"),
        ("kluis", "renamed"): ("safe", "is recoded"),
        ("klimaat", "added"): ("Klimaat", "breaks"),
    }


def test_a_label_a_description_or_a_parent_changes_no_series():
    data = load_codebook().to_dict()
    data["themes"]["price"] |= {"nl": "Prijs", "covers": "only prices", "parent": "billing"}
    found = compare_codebooks(load_codebook(), build_codebook(data))
    assert found["change"].tolist() == ["relabelled", "redescribed", "nested"]
    assert set(found["series"]) == {"goes on"}


def test_without_a_log_a_missing_theme_is_said_to_be_removed():
    found = compare_codebooks(OLD, book("9", ["koerier"]))
    assert found[found["id"] == "prijs"][["change", "series"]].to_numpy().tolist() == [["removed", "breaks"]]


@pytest.mark.parametrize(
    "themes, changes, says",
    [
        (["a"], [{"version": "1"}], "leads to version '1', the codebook is '2'"),
        (["a"], [{"version": "2", "mapping": {"b": "c"}}], "leads to 'c', which is no theme"),
        (["a", "b"], [{"version": "2", "mapping": {"a": "b"}}], "'a' cannot go and stay"),
        (["a"], [{"version": "2"}, {"version": "2"}], "a version of its own"),
        (["a"], [{"what": "x"}], "must name the version"),
        ({"a": "b"}, [], "parent 'b' is no theme"),
        ({"a": "b", "b": "a"}, [], "its own parent"),
    ],
)
def test_a_log_or_nesting_that_contradicts_the_themes_is_refused(themes, changes, says):
    with pytest.raises(CodebookError, match=says):
        book("2", themes, changes)


def test_the_columns_of_an_empty_comparison_are_there():
    assert list(compare_codebooks(OLD, OLD).columns) == [
        "section",
        "id",
        "change",
        "before",
        "after",
        "series",
    ]
    assert isinstance(recode_mentions(wave(), NEW, since="1").mentions, pd.DataFrame)
