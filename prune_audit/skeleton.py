"""The commented skeleton that ``prune-audit init`` writes."""

SKELETON = """\
# yaml-language-server: $schema=claim.schema.json
# (prune-audit schema > claim.schema.json gives an editor its key completion)
#
# Write numbers exactly as the paper prints them: 76.10 is not 76.1, the digits carry the rounding.
# unreported: you read the source and it does not say. unverified: you have not read it.
# Replace every TODO, then run: prune-audit check THIS_FILE
schema: 1

paper:
  title: TODO           # as printed; in quotes if it holds a colon
  venue: TODO           # ICLR, CVPR, arXiv ...
  year: TODO            # 2021
  arxiv: unverified     # in quotes: "2012.09243"
  code: unverified      # address of the authors' code, or unreported
  read: TODO            # what you read: full text, tables only, repository ...

base_models:            # the dense networks: equal if their weights are, whatever their accuracy
  base:
    network: TODO       # resnet50, resnet56, vgg19 ...
    dataset: TODO       # imagenet, cifar10, cifar100 ...
    # torchvision/ResNet50_Weights.IMAGENET1K_V1, sha256:<64 hex digits>, own (trained by these
    # authors) or own:<name of the claim file of the paper that trained it>
    weights: unreported
    top1: TODO          # percent as printed: 76.13
    macs: unverified    # multiply-accumulates, 4.09G; if the number is 2 x MACs use flops: instead
    params: unverified  # 25.56M
    pretraining: unreported     # {epochs: 90, lr: "0:1e-1,30:1e-2,60:1e-3"}
    source: TODO        # Table 1

recipes:                # named stages, so that rows can share them
  ours:
    epochs: TODO        # 90, ~25, unreported
    # "0:1e-2,30:1e-3,60:1e-4", "step 0.01 at 30/60", "cosine 1e-2 to 0", unreported
    lr: TODO
    optimizer: unreported
    weight_decay: unreported
    batch_size: unreported

results:                # one entry per row of the table
  our-row:
    method: TODO
    origin: own         # own, reproduced (another method, run by these authors), cited (copied)
    base: base
    pruning:
      granularity: filter       # filter, channel, weight, n:m, block, layer, group
      schedule: one-shot        # iterative, growing-penalty, sparse-learning, while-training ...
      epochs: 0                 # training epochs of the pruning stage; ">0" if only known to exist
    retraining: ours
    top1: TODO          # 75.16, or 75.16+-0.12
    drop: unreported    # printed drop, positive is a loss; delta: is pruned minus base
    speedup: TODO       # 2.31x; or flops_reduction: 56.7 %
    runs: unreported    # 3, ">=3"
    selection: unreported       # last-epoch, best-epoch, best-run, best-on-validation, mean
    source: TODO

  # several rows that differ in a few keys, under one name:
  # our-rows:
  #   (the keys above that they share, then:)
  #   sweep:
  #     at: [2x, 3x]            # labels; the rows are our-rows@2x and our-rows@3x
  #     pruning.ratio: [0.3, 0.5]
  #     top1: [75.16, 73.90]
  #     speedup: [2.05x, 3.11x]

  other-row:
    method: TODO
    origin: cited
    base: unreported    # then say the network and the data set here
    network: TODO
    dataset: TODO
    pruning: {granularity: filter, schedule: other, epochs: unreported}
    retraining: unreported
    top1: TODO
    speedup: TODO
    runs: unreported
    source: TODO

comparisons:
  - ours: our-row
    against: [other-row]
    statement: better   # better, significantly better, on par, lossless, none
    source: TODO
"""
