"""The address that opens the question that is shown, anywhere."""

from urllib.parse import urlencode

import streamlit as st

from backend.recipe import VERSION_LENGTH, Aim, latent_text
from backend.studio import Overview
from pages.shared.session.aims import AIMS, SPOT_LATENT, VERSION
from pages.shared.session.choices import (
    ATLAS,
    AXES,
    COLOUR,
    LATENT,
    MAP,
    METHOD,
    PROJECTION,
    SPOT,
    START,
    STEPS,
    first_choice,
)
from pages.shared.session.history import position, visits


def asked_aims() -> dict[str, Aim]:
    """Objective name -> what was asked of it; the controls may say more where nothing is live."""
    return visits()[position()].controls[AIMS]


def link(overview: Overview) -> str:
    """Opens the question that is answered now, even if first views change."""
    asked, state = visits()[position()].controls, st.session_state
    said = {ATLAS: overview.name, VERSION: overview.content_hash[:VERSION_LENGTH]}
    said |= {name: aim.text for name, aim in asked_aims().items()} | {START: asked[START]}
    said |= {SPOT_LATENT: latent_text(asked[LATENT])} if asked[START] == SPOT else {}
    how = {key: asked[key] for key in (METHOD, PROJECTION, STEPS)}
    looks = {key: state[key] for key in (MAP, COLOUR, AXES)}
    said |= {k: str(v) for k, v in (how | looks).items() if v != first_choice(k)}
    return f"{(st.context.url or '').partition('?')[0]}?{urlencode(said)}"
