"""A real browser for the tests of the page: Debian's chromium, steered by Playwright."""

import shutil
from contextlib import contextmanager

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find_chromium():
    """The browser of this machine; without one the test is skipped."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no chromium here; on Debian: apt-get install chromium")
    return found


@contextmanager
def open_browser():
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(QUIET))
        yield browser
        browser.close()


class Visit:
    """A page that was opened, and what it said and asked for on the way."""

    def __init__(self, browser, path, *, width=1440, height=900, **more):
        self.context = browser.new_context(viewport={"width": width, "height": height}, **more)
        self.page = self.context.new_page()
        self.said, self.asked = [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.said.append("a dialog"), dialog.dismiss()))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path if isinstance(path, str) else path.as_uri())

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.context.close()

    def choose(self, axis, value):
        self.page.select_option(f"#filters select[data-axis='{axis}']", value)

    def overflow(self):
        """Elements that stick out to the right, and whether the page scrolls sideways."""
        return self.page.evaluate(
            """() => [
                ...[...document.body.querySelectorAll("*")]
                    .filter((e) => e.checkVisibility() && !e.closest(".unseen"))
                    .filter((e) => innerWidth > 640 || !e.closest("thead"))  // there it is only read aloud
                    .filter((e) => e.getBoundingClientRect().right > innerWidth + 1)
                    .map((e) => `${e.tagName} ${e.className}`),
                ...(document.documentElement.scrollWidth > innerWidth ? ["the page"] : []),
            ]"""
        )
