"""The site of these pages: `uv run sphinx-build -W docs data/site` writes it, offline."""

project = "i3D.net in DuckDB"
extensions = ["myst_parser"]
myst_heading_anchors = 3
html_theme = "furo"
html_title = project
html_show_copyright = False
html_copy_source = False
