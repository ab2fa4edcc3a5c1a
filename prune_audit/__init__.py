"""Audits of neural-network pruning papers."""
