"""Images to train and to test on: ``load`` reads a data set, its two halves give batches."""

from prune_audit.pipeline.data.loading import load
from prune_audit.pipeline.data.sets import ImageSet, Sets

__all__ = ["ImageSet", "Sets", "load"]
