import numpy as np
import pandas as pd
import pytest

from why_nps import code, load_bundle
from why_nps.errors import InputError
from why_nps.flow import draw_useful
from why_nps.flow.useful import choose_useful, measure_doubt

CLEAR = ["Veel te duur", "Vriendelijke medewerkers", "Snelle levering", "De app werkt niet"]
DOUBTFUL = ["het ging zo zo met dat ding", "tja de boel daar", "iets met de mensen of zo"]


def test_doubt_is_greater_where_the_model_is_unsure():
    doubt = measure_doubt([*CLEAR, *DOUBTFUL], load_bundle())
    assert doubt[4:].mean() > doubt[:4].mean()


def test_what_was_chosen_makes_what_is_like_it_less_useful():
    texts = ["de boel daar", "de boel hier", "iets met parkeren of zo", "de boel daar!"]
    first, second, *_ = choose_useful(texts, load_bundle(), 4)
    assert {first, second} != {0, 3}


def test_the_same_answers_are_drawn_from_any_order_and_doubles_once():
    texts = [*CLEAR, *DOUBTFUL, *CLEAR]
    drawn = draw_useful(code(texts), size=5)
    back = draw_useful(code(texts[::-1]), size=5)
    assert drawn["text"].tolist() == back["text"].tolist()
    assert drawn["text"].is_unique
    assert len(draw_useful(code(texts), size=100)) == 7
    assert set(drawn["drawn"]) == {"useful"}
    assert drawn["probability"].isna().all()


def test_personal_data_is_masked_and_nothing_to_read_is_not_drawn():
    drawn = draw_useful(code(["Bel mij op 06-12345678 over de boel", "nvt", ""]))
    assert drawn["text"].tolist() == ["Bel mij op [telefoon] over de boel"]
    with pytest.raises(InputError, match="Cannot draw 100 of the 0 different answers"):
        draw_useful(code(["nvt", ""]))


def test_a_frame_of_the_form_of_a_random_sample_comes_out():
    assert isinstance(draw_useful(code(CLEAR)), pd.DataFrame)
    assert np.isfinite(measure_doubt(CLEAR, load_bundle())).all()
