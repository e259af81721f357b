"""The frame: page configuration, navigation, and the one place where errors become messages."""

import streamlit as st

from backend.errors import StudioError
from pages.shared.frame import SECTIONS, sidebar, style

st.set_page_config(page_title="Steerscape", page_icon="assets/logo.svg", layout="wide")
style()
page = st.navigation(SECTIONS())
sidebar()
try:
    page.run()
except StudioError as error:
    st.error(str(error), icon=":material/error:")
