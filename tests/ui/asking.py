"""What the controls tell and what they show, in an AppTest."""

from streamlit.testing.v1 import AppTest

from backend.recipe import Aim, AimMode
from pages.shared.session import AIMS, NAVIGATOR


def aim(app: AppTest, objective: str) -> Aim:
    """What is asked of an objective."""
    return app.session_state[AIMS][objective]


def ask(app: AppTest, objective: str, value: float | None = None, mode: AimMode = "target") -> None:
    """Settle one control, as a person does: the navigator tells every aim once."""
    told = {name: {"mode": a.mode, "value": a.value} for name, a in app.session_state[AIMS].items()}
    told[objective] = {"mode": mode, "value": told[objective]["value"] if value is None else value}
    app.session_state[NAVIGATOR] = {"aims": told}
    app.run()
    del app.session_state[NAVIGATOR]
