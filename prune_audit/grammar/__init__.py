"""Pipelines: what is trained, pruned, rewound and trained again, in which order.

    train(EPOCHS, lr=..., batch_size=..., weight_decay=..., momentum=..., nesterov=yes,
          augmentation=none, label_smoothing=..., lr_each=step, l1=...)
    prune(METHOD, RATIO, scope=global, control=shuffled, SETTING=...)
    prune(METHOD, RATIO, epochs=..., lr=...)       the method trains while it prunes
    rewind(EPOCH)                                  weights of an epoch of the first training
    reinit                                         new initial weights
    (prune(...) > rewind(0) > train(...)) * 5      a repetition

Definition: steps are joined by ``>`` and run one after the other, beginning with a network that has
its initial weights. METHOD is one of ``prune-audit methods``; RATIO is the fraction that goes of
what is still there, one number or the list of a claim file. ``rewind(0)`` gives back the initial
weights. An LR is written as in claim files, in quotes where it holds a comma or a parenthesis; what
a training does not state is taken from the row's pretraining and retraining, its LR else from the
first training.
The taxonomy cell says where the weights under the mask start (``trained``, ``early``, ``init``),
when the mask was chosen (``static-pre``: before any training; ``static-post``: after one, also
level after level; ``dynamic``: a sparse network was trained from init and pruned again) and what
the weights are (``inherited``, ``rewound``, ``original-init``, ``re-init``).
Why: most pruning algorithms are a few modules in some order; written out, it shows what was trained
for how long before the last training, which is the only one that many tables print. A method that
trains while it prunes states these epochs in its step, or its cost would vanish.
Cannot detect: whether a paper did what the pipeline says. Rewinding to an iteration can be stated
only where it is a whole epoch. After filters went twice nothing can be rewound, since it is not
known any more which ones they were. A lottery ticket is pruning at initialisation by these words,
though its mask costs whole trainings: compare epochs, not only cells.
Source: Wang et al. 2022 (arXiv 2103.06460).
"""

from prune_audit.grammar.calls import GrammarError
from prune_audit.grammar.nodes import Pipeline, Prune, Reinit, Repeat, Rewind, Train
from prune_audit.grammar.parse import parse

__all__ = ["GrammarError", "Pipeline", "Prune", "Reinit", "Repeat", "Rewind", "Train", "parse"]
