"""Populations: gated, measured, held out; one row per policy."""
