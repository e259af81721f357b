"""The evidence: what was measured, beside what the paper says, with the command behind it."""

from collections.abc import Callable

import streamlit as st

from backend.evidence import Library
from pages.shared import session
from pages.shared.evidence import (
    calibration,
    changes,
    controls,
    overview,
    representation,
    sampling,
    steered,
    tables,
    tangents,
    worst,
)

SHOWN: dict[str, Callable[[Library], None]] = {
    "overview": overview.show,
    "reconstruction": representation.reconstruction,
    "geometry": representation.geometry,
    "steering": steered.steering,
    "hole": steered.hole,
    "extrapolation": steered.extrapolation,
    "tangents": tangents.tangents,
    "sampling": sampling.sampling,
    "changes": changes.changes,
    "calibration": calibration.calibration,
    "worst ten": worst.worst,
}

session.settle()
st.markdown(
    "**Evidence** :gray[— every figure is read from the files of the study it comes from, and can "
    "be measured again with the command under it.]"
)
tables.style()
SHOWN[controls.section()](controls.library())
