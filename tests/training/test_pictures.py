import io

import pytest

from why_nps import code
from why_nps.core.codebook import load_codebook
from why_nps.errors import InputError
from why_nps.training.corpus import CodedAnswer, CodedMention
from why_nps.training.evaluate import evaluate_predictions
from why_nps.training.pictures import draw_evaluation

BOOK = load_codebook()


def evaluate(*rows):
    """Evaluate texts, each with the theme (or "") that a coder saw."""
    answers = [
        CodedAnswer(
            str(i), "", text, None, (CodedMention(text, theme, "pain"),) if theme else (), frozenset()
        )
        for i, (text, theme) in enumerate(rows)
    ]
    return evaluate_predictions([(answers, code([text for text, _ in rows]))], BOOK)


@pytest.fixture(scope="module")
def evaluation():
    dear, late = ("Veel te duur", "price"), ("Pakket kwam te laat", "delivery")
    return evaluate(
        *[dear] * 3, *[late] * 2, *[("Veel te duur", "brand")] * 2, ("Pakket kwam te laat", "speed")
    )


def test_titles_say_the_finding(evaluation):
    figure = draw_evaluation(evaluation)
    above, below = figure.axes
    assert figure.get_suptitle() == "The model finds 62 of 100 themes that the coder saw in 8 answers"
    told = above.get_title(loc="left")
    assert "62% of them are right" in told or "63% of them are right" in told  # 5 of 8: halves go either way
    told = " ".join(below.get_title(loc="left").split())
    assert told == "Most often ‘Price & value’ is given where the coder saw ‘Brand & position’: 2 answers"


def test_a_figure_takes_a_title_and_a_size(evaluation):
    figure = draw_evaluation(evaluation, title="T", size=(8, 6))
    assert figure.get_suptitle() == "T"
    assert figure.get_size_inches().tolist() == [8, 6]


def test_points_stand_where_the_tables_say(evaluation):
    above, below = draw_evaluation(evaluation).axes
    line, points = above.lines
    assert list(line.get_xdata()) == list(line.get_ydata()) == [0, 1]
    assert list(points.get_xdata()) == evaluation.calibration["probability"].tolist()
    assert list(points.get_ydata()) == evaluation.calibration["right"].tolist()
    names = [tick.get_text() for tick in below.get_yticklabels()]
    assert names == ["Speed & waiting", "Delivery", "Price & value", "Brand & position"]
    cells = {(int(text._x), int(text._y)): text.get_text() for text in below.texts}
    assert cells == {(1, 0): "1", (1, 1): "2", (2, 2): "3", (2, 3): "2"}


def test_nothing_falls_off_the_paper(evaluation):
    figure = draw_evaluation(evaluation)
    figure.savefig(io.BytesIO(), format="png")
    box = figure.get_tightbbox()
    assert box.x0 >= -0.05
    assert box.x1 <= figure.get_figwidth() + 0.05


def test_an_evaluation_with_nothing_to_draw_says_so():
    figure = draw_evaluation(evaluate(("nvt", "")))
    words = " ".join(text.get_text() for axes in figure.axes for text in axes.texts).replace("\n", " ")
    assert "no mentions" in words
    assert "No theme was given" in words


def test_the_kind_of_picture_is_told_by_its_name(evaluation, tmp_path):
    assert evaluation.save_figure(tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert b"Brand &amp; position" in evaluation.save_figure(tmp_path / "a.SVG").read_bytes()
    assert evaluation.save_figure(tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")
    with pytest.raises(InputError, match=r"ends in \.png, \.svg or \.pdf"):
        evaluation.save_figure(tmp_path / "a.jpg")
