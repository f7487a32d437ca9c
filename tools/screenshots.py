"""Take the pictures of the page that README and docs show: ``python tools/screenshots.py [page.html]``.

Without a page the report on the demo export is made first. Needs chromium and the test extra.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome")
# Name, width, height, colours, and whether the page is filtered.
VIEWS = (
    ("report", 1440, 900, "light", False),
    ("report-dark", 1440, 900, "dark", True),
    ("report-phone", 360, 740, "light", False),
)


def take(page: Path, folder: Path) -> list[Path]:
    """Take each view of a page."""
    from playwright.sync_api import sync_playwright

    path = next(filter(None, map(shutil.which, NAMES)), None)
    if path is None:
        sys.exit("No chromium here; on Debian: apt-get install chromium.")
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        for name, width, height, scheme, filtered in VIEWS:
            size = {"width": width, "height": height}
            view = browser.new_page(viewport=size, color_scheme=scheme, device_scale_factor=1)
            view.goto(page.resolve().as_uri())
            if filtered:
                view.locator("#filters select").first.select_option(index=1)
            taken.append(folder / f"{name}.png")
            view.screenshot(path=taken[-1])
            view.close()
        browser.close()
    return taken


def main() -> None:
    """Make the page where none is given, and take its pictures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", nargs="?", type=Path)
    parser.add_argument("--out", type=Path, default=Path("docs/images"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        page = given.page or make_demo(Path(name) / "rapport.html")
        for path in take(page, given.out):
            print(f"Written: {path}")


def make_demo(path: Path) -> Path:
    """Write the report on the demo export."""
    from importlib.resources import as_file, files

    import why_nps

    with as_file(files("why_nps").joinpath("data", "demo", "demo_export.csv")) as export:
        coded = why_nps.code(why_nps.read_answers(export))
    return why_nps.explain(coded).report(path)


if __name__ == "__main__":
    main()
