"""The pruning pipeline: pretrain, prune, retrain, measure. The only package that imports torch."""
