"""Signals that are counted in place of ending the program somewhere."""

import os
import signal
from multiprocessing.connection import wait
from threading import Thread

import pytest

from prune_audit.reruns import interrupts
from prune_audit.reruns.interrupts import Interrupts, sigterm_as_ctrl_c


def test_an_interrupt_wakes_who_waits_and_raises_nothing() -> None:
    with Interrupts() as heard:
        assert wait([heard.fileno()], 0) == []
        os.kill(os.getpid(), signal.SIGINT)
        assert wait([heard.fileno()], 60) == [heard.fileno()]
        heard.clear()
        assert wait([heard.fileno()], 0) == []
        assert heard.count == 1


def test_what_is_passed_on_by_a_wrapper_as_well_counts_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with Interrupts() as heard:
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.count == 1
        monkeypatch.setattr(interrupts, "ONE_AND_THE_SAME", 0.0)
        os.kill(os.getpid(), signal.SIGINT)
        assert heard.count == 2


def test_signals_mean_afterwards_what_they_meant_before() -> None:
    before = [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)]
    with Interrupts():
        pass
    with pytest.raises(KeyboardInterrupt), sigterm_as_ctrl_c():
        os.kill(os.getpid(), signal.SIGTERM)
    assert [signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)] == before


def test_a_signal_that_is_switched_off_stays_off(monkeypatch: pytest.MonkeyPatch) -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as nohup leaves it
    try:
        with Interrupts() as heard:
            os.kill(os.getpid(), signal.SIGINT)
        assert heard.count == 0
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_than_the_main_one_listen_to_nothing() -> None:
    def listen() -> None:
        with Interrupts() as heard, sigterm_as_ctrl_c():
            counts.append(heard.count)

    counts: list[int] = []
    thread = Thread(target=listen)
    thread.start()
    thread.join()
    assert counts == [0]
