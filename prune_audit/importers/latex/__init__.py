"""LaTeX as it stands in the tables of papers: cells as plain texts, tables as grids."""
