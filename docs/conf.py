"""How the documentation is built: Sphinx, MyST and Furo, offline, every warning an error."""

from __future__ import annotations

import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from docs import generate  # noqa: E402  # it lies beside the package, not in it

project = "servicecore"
author = "the servicecore authors"
version = release = metadata.version("servicecore")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build"]
html_theme = "furo"
locale_dirs = ["locale"]
gettext_compact = False
gettext_location = False

html_static_path = ["_static"]
html_css_files = ["pictures.css"]
html_title = f"servicecore {version}"

autodoc_member_order = "bysource"
autodoc_typehints = "description"
autodoc_typehints_description_target = "documented"
autodoc_preserve_defaults = True
myst_heading_anchors = 3

generate.write()
