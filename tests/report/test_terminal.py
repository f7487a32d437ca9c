from tests.report.conftest import full_rows, group_rows, row, standout


def test_the_terminal_tells_score_findings_drivers_and_caveats(full):
    text = full.to_text().replace("\xa0", " ")
    for words in ("Net Promoter Score: +22", "95 %-interval: +18 tot +27", "Wat promotors maakt",
                  "sinds 2025-K3", "−66 tot −50", "−26 tot +2 ?", "Niet ingedeeld: 61 van 742"):  # fmt: skip
        assert words in text


def test_plain_text_has_no_escape_codes_and_colour_has(full):
    assert "\x1b" not in full.to_text()
    assert "\x1b[" in full.to_text(colour=True)


def test_foreign_text_is_neither_markup_nor_escape_code(build):
    rows = [row("nps", 1, 5)]
    for name in ("[/]", "[bold]x[/bold]", "a\x1b[31mrood", ":smile:"):
        rows += group_rows("branch", name, 1, 50) + standout("branch", name, "", "price", "tip", 0.2, 0.3)
    text = build(rows).to_text()
    for shown in ("[/]", "[bold]x[/bold]", ":smile:"):
        assert shown in text
    assert "\x1b" not in text


def test_it_fits_the_terminal(build):
    for width in (60, 80, 120):
        lines = build(full_rows()).to_text(width=width).splitlines()
        assert max(map(len, lines)) <= width
