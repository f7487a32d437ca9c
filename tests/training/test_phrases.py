import pytest

from why_nps.training.phrases import BACKGROUND, find_holding, load_bank, split_bank, spread


def test_a_phrase_is_held_by_whole_words_in_its_order():
    clauses = ["De KLUIS was stuk", "kluizen", "stuk was de kluis", "", "kluis, was stuk"]
    assert find_holding(["kluis was stuk", "kluis", "?!,", ""], clauses) == [[0, 4], [0, 2, 4], [], []]


def test_a_bank_is_split_into_what_phrases_point_at_and_a_background_without_them():
    bank = [f"kluis {number}" for number in range(30)] + ["te duur", "aardig", "kluis en app"]
    (lockers, price, none), background = split_bank([["kluis"], ["duur", "te duur"], []], bank)
    assert len(lockers) == 10
    assert price == [30]
    assert none == []
    assert background == [31]


@pytest.mark.parametrize("most, chosen", [(2, [0, 3]), (6, [0, 1, 2, 3, 4, 5]), (9, [0, 1, 2, 3, 4, 5])])
def test_rows_are_spread_evenly(most, chosen):
    assert spread(range(6), most) == chosen


def test_the_bank_holds_more_than_a_background():
    assert len(load_bank()) > BACKGROUND
    assert len(split_bank([], load_bank())[1]) == BACKGROUND
