"""Undo and redo, bad links, spots on the map, the help that is offered."""

from collections.abc import Callable
from urllib.parse import parse_qs, urlparse

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from backend.recipe import latent_text
from backend.studio import Studio
from pages.shared import session
from tests.toys import ATLAS
from tests.ui.asking import aim, ask

Open = Callable[..., AppTest]


def press(app: AppTest, key: str) -> None:
    app.button(key=key).click().run()
    assert not app.exception


def asked_forward(app: AppTest) -> float:
    """What the shown answer was asked for."""
    return app.session_state[session.ASKED].goals["forward"].value


def warnings(app: AppTest) -> list[str]:
    return [warning.value for warning in app.warning]


def test_undo_redo_and_the_trail_ask_again_whether_live_or_not(opened: Open) -> None:
    """With *live* off the controls alone ask nothing: the answer must come back with them."""
    app = opened()
    ask(app, "forward", 3000)
    app.toggle(key=session.LIVE).set_value(False).run()
    ask(app, "forward", 4000)
    assert asked_forward(app) == 3000, "not asked yet"
    next(button for button in app.button if button.label == "Steer").click().run()
    assert asked_forward(app) == 4000
    press(app, "undo")
    assert (asked_forward(app), aim(app, "forward").value) == (3000, 3000)
    press(app, "redo")
    assert asked_forward(app) == 4000
    app.session_state["trail"] = {"go": 1}
    app.run()
    assert (asked_forward(app), aim(app, "forward").value) == (3000, 3000)


def test_undo_and_redo_follow_the_tree(opened: Open) -> None:
    app = opened()
    first = aim(app, "forward")
    assert app.button(key="undo").disabled and app.button(key="redo").disabled
    ask(app, "forward", 3000)
    ask(app, "forward", 4000)
    press(app, "undo")
    assert aim(app, "forward").value == 3000
    ask(app, "forward", 5000)
    press(app, "undo")
    press(app, "undo")
    assert aim(app, "forward") == first
    press(app, "redo")
    assert aim(app, "forward").value == 3000
    press(app, "redo")
    assert aim(app, "forward").value == 5000, "redo follows the branch that was taken last"
    parents = [visit.parent for visit in app.session_state["_of_atlas_tree"].visits]
    assert parents == [None, 0, 1, 1]


def test_the_same_question_is_one_visit(opened: Open) -> None:
    app = opened()
    ask(app, "forward", 3000)
    ask(app, "forward", 4000)
    ask(app, "forward", 3000)
    assert len(app.session_state["_of_atlas_tree"].visits) == 3


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"forward": "is:99999"}, "Forward in the link: expected is, min, max, hold, free and"),
        ({"energy": "banana"}, "Energy in the link"),
        ({"v": "0123456789"}, "The link was made on version 0123456789"),
        ({"method": "magic"}, "Method in the link: expected one of tangent, free"),
        ({"steps": "many"}, "Steps in the link: expected a number from 1 to 10000"),
        ({"projection": "7"}, "Projection in the link: expected a number from 0.0 to 1.0"),
        ({"colour": "glory"}, "Colour in the link: expected one of forward measured"),
        ({"start": "nobody"}, "Start in the link"),
        ({"z": "AAAA", "start": session.SPOT}, "Latent in the link"),
    ],
)
def test_a_wrong_link_says_so_and_keeps_the_rest(
    opened: Open, query: dict[str, str], said: str
) -> None:
    app = opened(**{"energy": "min:-2500"} | query)
    assert any(text.startswith(said) for text in warnings(app))
    if "energy" not in query:
        assert aim(app, "energy").value == -2500


def test_what_a_link_says_is_what_the_address_says(opened: Open) -> None:
    asked = {"forward": "hold:4321", "energy": "free:-1000"}
    app = opened(**asked)
    assert not warnings(app)
    assert {name: app.query_params[name] for name in asked} == asked
    assert app.query_params["v"] == Studio().overview(ATLAS).content_hash[:10]


def test_ground_on_the_map_is_the_policy_that_would_live_there(opened: Open) -> None:
    app, studio = opened(), Studio()
    place = studio.overview(ATLAS).places["sheet"].mean(0)
    app.session_state["map-view"] = {"ground": {"x": float(place[0]), "y": float(place[1])}}
    app.run()
    assert not app.exception
    z = studio.survey(ATLAS).settler("sheet", place).z
    assert app.selectbox(key="start").value == session.SPOT
    assert app.query_params["z"] == latent_text(z.tolist())
    promise = studio.promise(ATLAS, z)
    assert abs(aim(app, "forward").value - promise[0]) <= 1


def test_a_link_with_a_spot_starts_there(opened: Open) -> None:
    z = Studio().atlas(ATLAS).z[3]
    app = opened(start=session.SPOT, z=latent_text(z.tolist()), forward="is:5000")
    assert not warnings(app)
    assert app.selectbox(key="start").value == session.SPOT
    assert np.array(app.session_state[session.LATENT]).tobytes() == z.tobytes()


def test_out_of_steps_offers_more(opened: Open) -> None:
    app = opened(forward="is:9000", energy="free:-1000", steps="5")
    assert app.button(key="help").label == "Allow more steps"
    press(app, "help")
    assert app.session_state[session.STEPS] == 15


def test_what_excludes_itself_offers_the_nearest_in_reach(opened: Open) -> None:
    app = opened(forward="is:9000", energy="min:-100")
    assert "in reach" in app.button(key="help").label
    press(app, "help")
    assert aim(app, "forward").value < 9000 or aim(app, "energy").value < -100


def event(app: AppTest, key: str, **fields: int) -> None:
    """What a component tells, once."""
    app.session_state[key] = fields
    app.run()
    del app.session_state[key]
    assert not app.exception


def numbers(app: AppTest) -> list[str]:
    """The first objective's row of the table."""
    table = next(m.value for m in app.markdown if m.value.startswith("| objective"))
    return [cell.strip() for cell in table.splitlines()[2].split("|")[1:-1]]


def test_any_step_of_the_path_can_be_shown(opened: Open) -> None:
    app, studio = opened(forward="is:6000"), Studio()
    answer = numbers(app)
    event(app, session.SOLVER, step=10)
    request = app.session_state["_of_atlas_tree"].visits[0].request
    result = studio.steer(ATLAS, request).result
    at_ten = numbers(app)
    assert at_ten[2] == f"{result.predicted[10, 0]:,.0f}" != answer[2]
    measured = studio.trajectory(ATLAS, result.path[10], seed=0).returns[0]
    assert at_ten[3] == f"**{measured:,.0f}**"
    app.run()
    assert numbers(app) == at_ten, "it stays there"
    ask(app, "forward", 5000)
    assert numbers(app)[2] != at_ten[2], "another question starts at its answer"


def test_a_step_on_the_way_becomes_the_start(opened: Open) -> None:
    app = opened(forward="is:6000")
    assert app.button(key="go-on").disabled, "the answer is the end"
    event(app, session.SOLVER, step=10)
    request = app.session_state["_of_atlas_tree"].visits[0].request
    z = Studio().steer(ATLAS, request).result.path[10]
    app.button(key="go-on").click().run()
    assert not app.exception
    assert app.selectbox(key="start").value == session.SPOT
    assert app.session_state[session.LATENT] == tuple(z.tolist())
    began = Studio().steer(ATLAS, app.session_state["_of_atlas_tree"].visits[1].request).result
    np.testing.assert_array_equal(began.path[0], z)


def test_two_questions_can_be_compared(opened: Open) -> None:
    app = opened(forward="is:6000")
    first = numbers(app)
    ask(app, "forward", 3000)
    event(app, "trail", compare=0)
    assert numbers(app)[6] == first[3].strip("*"), "the other's own measured return"
    event(app, "trail", compare=-1)
    assert numbers(app)[6] != first[3].strip("*")


def test_a_click_in_the_tree_asks_again(opened: Open) -> None:
    app = opened(forward="is:6000")
    ask(app, "forward", 3000)
    event(app, "trail", go=0)
    assert aim(app, "forward").value == 6000


def test_the_shared_link_opens_the_same_state(opened: Open) -> None:
    app = opened(forward="hold:4321", steps="250", method="free", map="pca")
    shared = next(code.value for code in app.code)
    query = {name: values[0] for name, values in parse_qs(urlparse(shared).query).items()}
    assert query["atlas"] == ATLAS and query["forward"] == "hold:4321"
    again = opened(**query)
    assert not warnings(again)
    first, second = (a.session_state["_of_atlas_tree"].visits[0].request for a in (app, again))
    assert first.key == second.key
    results = [Studio().steer(ATLAS, request).result for request in (first, second)]
    assert results[0].path.tobytes() == results[1].path.tobytes()


def test_not_live_the_link_is_of_the_question_that_is_answered(opened: Open) -> None:
    app = opened(forward="is:6000")
    app.toggle(key="live").set_value(False).run()
    ask(app, "forward", 3000)
    shared = next(code.value for code in app.code)
    assert parse_qs(urlparse(shared).query)["forward"] == ["is:6000"]
    assert aim(app, "forward").value == 3000


def test_not_live_the_help_that_is_offered_asks(opened: Open) -> None:
    app = opened(forward="is:6000", steps="5")
    app.toggle(key="live").set_value(False).run()
    app.button(key="help").click().run()
    assert app.session_state[session.STEPS] > 5
    assert app.session_state["_of_atlas_asked"].max_steps > 5


def test_what_is_held_is_not_moved_by_a_click(opened: Open) -> None:
    app = opened(forward="hold:4321")
    app.session_state["return-view"] = {"ground": {"x": 7000.0, "y": -2500.0}}
    app.run()
    assert (aim(app, "forward").value, aim(app, "energy").value) == (4321, -2500)
