"""Importers: what others typed or printed -> claim files.

A source is read into rows of exact texts; nothing is computed from a printed number but a
complement to 100 % (errors) or a sign, both of which keep every digit. What a claim file has no
key for is kept as a note or refused by name, never dropped.
"""
