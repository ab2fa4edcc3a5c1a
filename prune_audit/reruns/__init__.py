"""Reruns: what to run, what ran, what follows. Nothing here imports torch."""
