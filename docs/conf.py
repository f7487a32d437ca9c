"""The documentation site, built from the repository: ``make docs``.

Sources are read from the root of the repository, so that a link between two files leads somewhere both in
the repository and on the site. Every warning is an error: a link or an anchor that leads nowhere too.
"""

from typing import Any

import why_nps

project = "why_nps"
author = "the why_nps contributors"
release = version = why_nps.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
root_doc = "docs/index"
include_patterns = [
    "*.md",
    "docs/**.md",
    "notebooks/*.ipynb",
    "models/*/card.md",
    "src/why_nps/data/**.md",
]
exclude_patterns = [".venv*", "out", "build", "dist"]

nb_execution_mode = "off"  # notebooks are shown as they were run; a test runs them
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"  # the docstrings tell types, and what they mean
napoleon_google_docstring = False
napoleon_use_rtype = False
default_role = "py:obj"

html_theme = "pydata_sphinx_theme"
html_title = "why_nps"
html_show_sourcelink = False
html_extra_path = ["site"]  # the first page of the site leads to that of the documentation
html_theme_options = {"secondary_sidebar_items": ["page-toc"], "show_prev_next": False}


def skip_requests(_app: object, _what: str, name: str, _member: object, skip: bool, _options: object) -> bool:  # noqa: FBT001
    """Leave out the methods that scikit-learn gives its estimators for routing metadata."""
    return skip or (name.startswith("set_") and name.endswith("_request")) or name == "get_metadata_routing"


def setup(app: Any) -> None:
    """Tell Sphinx what to leave out."""
    app.connect("autodoc-skip-member", skip_requests)
