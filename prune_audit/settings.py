"""What a user may set for an audit."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Settings:
    """Settings of an audit.

    ``require`` is the weakest setup that counts as fair (Wang et al. 2023, section 6: S3.2).
    ``tolerance`` is the largest |a - b| / max(a, b) of two rates that count as the same, as a
    fraction. ``base_gap`` is the distance in accuracy points that re-evaluating one checkpoint may
    explain. ``alpha`` is the level of significance.
    """

    require: str = "S3.2"
    tolerance: Decimal = Decimal("0.05")
    base_gap: Decimal = Decimal("0.5")
    alpha: float = 0.05
