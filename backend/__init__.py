"""Steerscape's backend: policies, their representation, steering among them. Knows no user interface."""
