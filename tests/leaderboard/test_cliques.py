"""Maximal cliques: all of them, each once, and a cap."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from prune_audit.leaderboard.cliques import bits, cliques, maximal_cliques


@st.composite
def graphs(draw: st.DrawFn) -> list[int]:
    n = draw(st.integers(0, 8))
    joined = [0] * n
    for i, j in combinations(range(n), 2):
        if draw(st.booleans()):
            joined[i] |= 1 << j
            joined[j] |= 1 << i
    return joined


def is_clique(mask: int, joined: list[int]) -> bool:
    return all(joined[i] >> j & 1 for i, j in combinations(bits(mask), 2))


@given(graphs())
def test_they_are_what_trying_every_set_gives(joined: list[int]) -> None:
    sets = [mask for mask in range(1, 1 << len(joined)) if is_clique(mask, joined)]
    largest = {one for one in sets if not any(one != more and one & more == one for more in sets)}
    found = [mask for mask in maximal_cliques(joined) if mask]
    assert set(found) == largest
    assert len(found) == len(largest)


def test_a_graph_with_more_cliques_than_can_be_listed_is_cut() -> None:
    n = 60  # 2 ** 30 maximal cliques: everything is joined but neighbours of a pair
    every = (1 << n) - 1
    joined = [every & ~(1 << i) & ~(1 << (i ^ 1)) for i in range(n)]
    found, complete = cliques(joined, 100)
    assert (len(found), complete) == (100, False)


def test_a_clique_may_be_larger_than_the_interpreters_recursion() -> None:
    n = 1500
    every = (1 << n) - 1
    assert [len(one) for one in cliques([every & ~(1 << i) for i in range(n)])[0]] == [n]
