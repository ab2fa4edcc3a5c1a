"""The survey of Blalock et al. 2020 (arXiv 2003.03033), as the CSV files of JJGO/shrinkbench."""

from prune_audit.importers.shrinkbench.convert import Imported, imported

__all__ = ["Imported", "imported"]
