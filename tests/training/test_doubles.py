from why_nps.training.doubles import find_near_duplicates


def test_near_duplicates_are_found_across_case_and_marks_only():
    others = ["De monteur kwam keurig op tijd", "Prima"]
    texts = ["de monteur kwam keurig op tijd!", "prima.", "De monteur kwam te laat", ""]
    assert find_near_duplicates(texts, others) == [True, True, False, False]
    assert find_near_duplicates([], others) == []
    assert find_near_duplicates(texts, []) == [False] * 4
