"""Runs the command line as ``python -m prune_audit``."""

from prune_audit.cli import main

main()
