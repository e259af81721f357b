"""The frame: page configuration, navigation, and the one place where errors become messages."""

import streamlit as st

from backend.errors import StudioError
from pages.shared.frame import SECTIONS, sidebar, style

st.set_page_config(page_title="Steerscape", page_icon="assets/logo.svg", layout="wide")
style()
sections = SECTIONS()
page = st.navigation(sections, position="hidden")
sidebar(sections, page)
try:
    page.run()
except StudioError as error:
    st.error(str(error), icon=":material/error:")
