import pytest

from why_nps.core.codebook import load_codebook, parse_codebook
from why_nps.errors import CodebookError

SMALL = """
name = "klein"
version = "2"
[themes]
price = { nl = "Prijs", en = "Price" }
[kinds]
pain = { nl = "pijnpunt" }
"""


def test_shipped_codebook_has_the_themes_kinds_and_flags_of_the_guide():
    book = load_codebook()
    assert (len(book.themes), len(book.kinds), len(book.flags)) == (19, 4, 10)
    assert len(set(book.theme_ids)) == 19
    assert all(entry.nl and entry.en and entry.covers for entry in (*book.themes, *book.kinds, *book.flags))


def test_labels_fall_back_to_the_dutch_label_and_then_to_the_id():
    book = parse_codebook(SMALL)
    assert book.label("price", "en") == "Price"
    assert book.label("pain", "en") == "pijnpunt"
    assert book.label("unknown") == "unknown"


def test_a_codebook_file_loads(tmp_path):
    path = tmp_path / "boek.toml"
    path.write_text(SMALL, encoding="utf-8")
    assert load_codebook(path).theme_ids == ("price",)


@pytest.mark.parametrize(
    "broken, says",
    [
        ("name = ", "not valid TOML"),
        ('name = "x"', "lacks version, themes, kinds"),
        (SMALL.replace("price", "Price"), "must be lower case"),
        (SMALL.replace('nl = "Prijs", ', ""), "needs a Dutch label"),
        (SMALL + '[themes.price]\nnl = "Twee"\n', "not valid TOML"),
        (SMALL.replace('price = { nl = "Prijs", en = "Price" }', "price = 3"), "needs a Dutch label"),
        ('name="x"\nversion="1"\nthemes=3\nkinds=4', "must be a table"),
        (SMALL + '[themes.cost]\nnl = "prijs"\n', "themes.price and themes.cost are both called 'prijs'"),
        (SMALL + '[themes.cost]\nnl = "Price"\n', "themes.price and themes.cost are both called 'Price'"),
    ],
)
def test_a_broken_codebook_says_what_is_wrong(broken, says):
    with pytest.raises(CodebookError, match=says):
        parse_codebook(broken)


def test_a_missing_codebook_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(CodebookError, match=r"nergens\.toml"):
        load_codebook(tmp_path / "nergens.toml")
