"""Is a network harmed less by pruning or by quantisation to the same number of bytes?

Definition: for every weight tensor of a convolution or linear layer, the signal-to-quantisation-
noise ratio SQNR = 10 log10(E[w^2] / E[(w - w')^2]) in dB, where w' are the weights after

- quantisation to b bits: one range for the whole tensor, the levels k * step with k from -2^(b-1)
  to 2^(b-1) - 1, the step searched for on a line so that the error is smallest; or with
  --per-channel one step for each index of the first axis;
- magnitude pruning of the tensor to the same bytes: weights stay in 16 bits, so b/16 of them stay.
  The positions of those that stay are free of charge, which favours pruning; or they are counted
  as a bitmap of one bit per weight, and (b-1)/16 stay. 50 % sparsity then costs 9 bits per weight.

Scales, and what a format adds beside values and bitmap, count for neither. Beside them stands the
excess kurtosis E[(w-m)^4] / E[(w-m)^2]^2 - 3: 0 for a Gaussian, larger for heavy tails.
Why: a network that is "50 % sparse at -0.5 points" stores as much as one in INT8, which is the
competitor that a claim about storage has to name. For Gaussian weights quantisation wins at every
width from 2 to 8 bits (INT8 40.57 dB, 50 % sparsity 11.47 dB); heavy tails favour pruning, at few
bits first.
Cannot detect: what the errors do to accuracy, or how much either arm wins back by finetuning;
latency, which is another axis than bytes; layers whose weights are computed in a graph. From a
state_dict an embedding cannot be told from a linear layer. Weights that are zero already are
removed without error, so a pruned checkpoint flatters pruning.
Source: Kuzmin et al. 2023 (arXiv 2307.02973) and its code.
"""

from prune_audit.quantisation.gaussian import (
    gaussian_best_clip,
    gaussian_pruning_snr,
    gaussian_quantisation_snr,
)

__all__ = ["gaussian_best_clip", "gaussian_pruning_snr", "gaussian_quantisation_snr"]
