"""Findings that do not count: by a comment, by the configuration, by a baseline."""
