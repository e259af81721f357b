"""Policies, their representation and steering among them; knows no user interface."""
