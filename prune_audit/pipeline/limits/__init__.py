"""Curvature of the loss and removal of weights: what the limit of one-shot pruning rests on."""
