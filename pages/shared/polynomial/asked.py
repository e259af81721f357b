"""What the polynomial page asks the façade, answered once for all sessions."""

from collections.abc import Sequence

import streamlit as st

from backend.polynomial import UNSTEERED, Chart, Fan, Fit, Polynomial, Steering, check_steering
from pages.shared.session.worlds import Asked

__all__ = ["UNSTEERED", "check_steering"]

POLYNOMIAL = "polynomial"


@st.cache_resource(show_spinner="Opening the polynomial policies …")
def polynomial() -> Polynomial:
    """The façade."""
    return Polynomial()


def steering(asked: Asked) -> Steering:
    """What is done to the density."""
    return Steering(temperature=asked.temperature, tilt=asked.tilt, nudge=asked.nudge)


@st.cache_data(show_spinner=False, max_entries=256, hash_funcs={Steering: repr})
def fan(world: str, kind: str, at: Sequence[float], steered: Steering) -> Fan:
    """Walks of a policy from a place."""
    return polynomial().fan(world, kind, at, steered)


@st.cache_resource(show_spinner=False, max_entries=8)
def chart(world: str) -> Chart:
    """The polynomial policy over all cells."""
    return polynomial().chart(world)


@st.cache_data(show_spinner=False, max_entries=64)
def fit(bandit: str, how: str, order: int) -> Fit:
    """A fitted bandit."""
    return polynomial().fit(bandit, how, order)
