"""The LRs that a declared schedule has within one epoch."""

from bisect import bisect_right
from typing import NamedTuple

from prune_audit.evidence.lr_digits import Slack
from prune_audit.schedules.schedule import Schedule


class Range(NamedTuple):
    """The lowest and the highest LR of an epoch."""

    low: float
    high: float

    def meets(self, lr: float, slack: Slack) -> bool:
        """Whether an LR, known up to ``slack``, can lie inside."""
        return self.low <= lr + slack.above and lr - slack.below <= self.high

    def __str__(self) -> str:
        return f"{self.low:g}" if self.low == self.high else f"{self.low:.6g} to {self.high:.6g}"


def within(schedule: Schedule, epoch: int) -> Range:
    """Return the LRs between the beginning and the end of an epoch, which counts from 0.

    The end itself belongs to it where the LR moves: there the last step of the epoch is taken.
    """
    start, end = float(epoch), min(epoch + 1.0, schedule.epochs)
    pieces = schedule.pieces
    index = bisect_right(pieces, start, key=lambda piece: piece.start) - 1
    lrs: list[float] = []
    while index < len(pieces) and pieces[index].start < end:
        piece = pieces[index]
        stop = min(end, pieces[index + 1].start) if index + 1 < len(pieces) else end
        lrs += [piece.at(max(start, piece.start)), piece.at(stop)]
        index += 1
    return Range(min(lrs), max(lrs))
