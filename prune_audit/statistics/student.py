"""Tails and quantiles of Student's t and of the normal distribution.

The tail of Student's t with ``df`` degrees of freedom is a regularised incomplete beta function,
``P(|T| >= t) = I_x(df / 2, 1 / 2)`` with ``x = df / (df + t^2)`` (Abramowitz and Stegun, 26.7.1).
It is evaluated by the continued fraction of DiDonato and Morris (ACM TOMS 18(3), 1992), equation
9, with the algorithm of Lentz.
"""

import math
from statistics import NormalDist

_CLOSE = 1e-15
_MOST_TERMS = 100_000
_LEAST_TAIL = 1e-100


def two_sided_p(t: float, df: float) -> float:
    """Return ``P(|T| >= |t|)`` for Student's t; ``df`` may be fractional.

    Relative error below 1e-10 for ``df`` from 1 to 1e6 and ``|t|`` up to 40; 0 where the value is
    too small for a float.

    Raises:
        ValueError: ``df`` is not a positive finite number, or ``t`` is no number.
    """
    if math.isnan(t) or not 0 < df < math.inf:
        raise ValueError(f"Student's t needs a number and df > 0, got t={t} and df={df}")
    square = t * t
    if square == math.inf:
        return 0.0
    x, y = df / (df + square), square / (df + square)
    front = _beta_front(square, df)
    if square >= 1:
        return front * _beta_fraction(df / 2, 0.5, x, y)
    return 1 - front * _beta_fraction(0.5, df / 2, y, x)


def t_sf(t: float, df: float) -> float:
    """Return the upper tail ``P(T >= t)`` of Student's t; see ``two_sided_p`` for the errors."""
    tail = two_sided_p(t, df) / 2
    return tail if t >= 0 else 1 - tail


def t_quantile(p: float, df: float) -> float:
    """Return the ``t`` with ``P(T <= t) = p``, as in ``t_quantile(0.975, 2)`` = 4.30.

    Raises:
        ValueError: ``p`` or 1 - ``p`` is below 1e-100, or ``df`` is below one.
    """
    tail = min(p, 1 - p)
    if not (tail >= _LEAST_TAIL and 1 <= df < math.inf):
        raise ValueError(f"a quantile needs 0 < p < 1 and df >= 1, got p={p} and df={df}")
    if tail == 0.5:
        return 0.0
    return math.copysign(_upper_quantile(tail, df), p - 0.5)


def normal_sf(z: float) -> float:
    """Return the upper tail ``P(Z >= z)`` of the standard normal distribution."""
    return math.erfc(z / math.sqrt(2)) / 2


def normal_quantile(p: float) -> float:
    """Return the ``z`` with ``P(Z <= z) = p``.

    Raises:
        ValueError: ``p`` is not between 0 and 1 (both excluded).
    """
    if not 0 < p < 1:
        raise ValueError(f"a quantile needs 0 < p < 1, got {p}")
    return NormalDist().inv_cdf(p)


def _upper_quantile(tail: float, df: float) -> float:
    """Solve ``t_sf(t, df) = tail`` for a tail below one half.

    Newton's method on both logarithms: there the tail is nearly straight for large ``t`` and its
    slope only ever steepens, so after the first step the steps close in from the right. The start
    is the normal quantile with the first term of its expansion in 1 / df.
    """
    z = -normal_quantile(tail)
    t = z * math.exp((z * z + 1) / (4 * df))
    for _ in range(50):
        survival = t_sf(t, df)
        step = math.log(survival / tail) * survival / (t * _density(t, df))
        t *= math.exp(step)
        if abs(step) < 1e-7:  # what is left is about its square
            break
    return t


def _density(t: float, df: float) -> float:
    scale = _gamma_ratio(df / 2) / math.sqrt(df * math.pi)
    return scale * math.exp(-(df + 1) / 2 * math.log1p(t * t / df))


def _beta_front(square: float, df: float) -> float:
    """Return ``x^a y^b / B(a, b)`` with a = df/2 and b = 1/2."""
    root = math.sqrt(square / (df + square) / math.pi)
    return _gamma_ratio(df / 2) * root * math.exp(-df / 2 * math.log1p(square / df))


def _gamma_ratio(a: float) -> float:
    """Return ``gamma(a + 1/2) / gamma(a)``.

    Differences of ``lgamma`` would lose ten digits at ``a`` = 5e5, hence the asymptotic series.
    """
    if a < 100:
        return math.gamma(a + 0.5) / math.gamma(a)
    u = 1 / a
    series = 1 + u * (-1 / 8 + u * (1 / 128 + u * (5 / 1024 - u * 21 / 32768)))
    return math.sqrt(a) * series


def _beta_fraction(a: float, b: float, x: float, y: float) -> float:
    """Return ``I_x(a, b)`` without its front factor; ``y`` is 1 - x and x is below a / (a + b)."""
    offset = a * y - b * x + 1
    value = ratio = a * offset / (a + 1)
    inverse = 0.0
    for m in range(1, _MOST_TERMS):
        k = a + 2 * m - 1
        bend = m * (b - m) * x
        numerator = (a + m - 1) * (a + b + m - 1) * bend * x / (k * k)
        denominator = m + bend / k + (a + m) * (offset + m * (1 + y)) / (k + 2)
        inverse = 1 / (denominator + numerator * inverse)
        ratio = denominator + numerator / ratio
        change = ratio * inverse
        value *= change
        if abs(change - 1) < _CLOSE:
            break
    return 1 / value
