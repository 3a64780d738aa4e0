"""`python -m pipelines` is the `i3d` command."""

from pipelines.cli import main

main()
