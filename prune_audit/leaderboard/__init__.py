"""Leaderboards that rank results only against what they may be compared with."""

from prune_audit.leaderboard.bands import Band, bands_of
from prune_audit.leaderboard.board import Board, Division, Group, groups, leaderboard
from prune_audit.leaderboard.candidates import Candidate, candidates
from prune_audit.leaderboard.ranking import Ranked, ranked

__all__ = [
    "Band",
    "Board",
    "Candidate",
    "Division",
    "Group",
    "Ranked",
    "bands_of",
    "candidates",
    "groups",
    "leaderboard",
    "ranked",
]
