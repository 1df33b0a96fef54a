"""Contracts that lead to nobody in particular, now or soon, and how they are mended."""
