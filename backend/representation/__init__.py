"""Representations of policies from their occupancy sets.

Li, Rozada and Ribeiro (2026), *Learning Policy Representations for Steerable Behavior Synthesis*,
arXiv 2601.22350. "Li et al. 2026" in this package is that paper.
"""
