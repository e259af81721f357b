"""The compression page without a browser: choices, links, what is not on the shelf."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

APP = str(Path(__file__).parents[2] / "app.py")
PAGE = "pages/systems/compression.py"


def opened(**query: str) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=120)
    for name, value in query.items():
        app.query_params[name] = value
    return app.switch_page(PAGE).run()


def table(app: AppTest) -> str:
    return next(m.value for m in app.markdown if m.value.startswith("| reward"))


def test_it_opens_where_the_flag_is_reached() -> None:
    app = opened()
    assert not app.exception and not app.error
    measured = float(table(app).splitlines()[2].split("**")[1])
    assert measured > 80
    assert any("1185 parameters in 2 numbers" in c.value for c in app.caption)


def test_what_is_too_large_to_keep_is_told() -> None:
    app = opened(size="large", dim="1-D")
    assert not app.exception
    assert any("large-2d-behaviour" in note.value for note in app.info)
    assert any("| large, 121801 | 1-D |" in m.value for m in app.markdown)


@pytest.mark.parametrize("z", ["nonsense", "1", "nan,2", "1e9,0"])
def test_a_bad_place_in_a_link_is_named_and_loses_nothing(z: str) -> None:
    app = opened(z=z)
    assert not app.exception and not app.error
    assert ["z in the address: " in w.value for w in app.warning] == [True]
    assert table(app) == table(opened())


def test_a_good_place_in_a_link_is_shown() -> None:
    app = opened(z="0.84,1.76")
    assert not app.warning
    assert table(app) != table(opened())


def test_the_address_goes_where_one_stands() -> None:
    """Not to a place of another space, and again after a visit to another page."""
    app = opened(z="0.84,1.76")
    app.switch_page("pages/inspect/evidence.py").run()
    app.query_params.clear()  # as a change of page does
    app.switch_page(PAGE).run()
    assert app.query_params["z"] == "0.8400,1.7600"
    app.segmented_control(key="size").set_value("small").run()
    assert not app.warning and "z" not in app.query_params


def test_reacher_has_its_own_rewards_and_a_replay() -> None:
    app = opened(environment="Reacher")
    assert not app.exception and not app.error
    assert "turn clockwise" in table(app)
    assert any("737 : 1" in c.value for c in app.caption)
    assert any("at most 50 steps" in c.value for c in app.caption)


def test_more_dimensions_are_seen_in_planes_or_by_umap() -> None:
    app = opened(environment="Reacher", **{"dim-reacher": "5-D"})
    assert [box.label for box in app.selectbox] == ["axis across", "axis up"]
    assert not opened(
        environment="Reacher", **{"dim-reacher": "5-D", "seen-reacher": "UMAP"}
    ).selectbox


def test_the_best_latent_of_a_reward_is_one_click_away() -> None:
    app = opened(reward="move fast")
    next(b for b in app.button if b.label == "Best in z").click().run()
    speed = table(app).splitlines()[4].split("|")
    here, best = float(speed[2].split("**")[1]), float(speed[4])
    assert here > 0.8 * best


def test_one_reward_has_one_name_in_all_tables() -> None:
    app = opened()
    table_of_all = next(m.value for m in app.markdown if m.value.startswith("| network"))
    for line in table(app).splitlines()[2:]:
        assert f"| {line.split('|')[1].strip()} |" in table_of_all
    assert "| -0.0 |" not in table_of_all


def test_recovery_stands_beside_the_papers() -> None:
    rows = [m.value for m in opened().markdown if m.value.startswith("| network")]
    assert any("| medium, 1185 | 2-D | behaviour | reach the flag |" in row and "| 1.01 |" in row
               for row in rows[0].splitlines())  # fmt: skip
