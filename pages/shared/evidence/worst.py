"""Section on failures: the ten worst cases of a study, each with its replay."""

from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backend.evidence import ANSWERS, NUM_WORST, SHIPPED_SEED, Case, Library, Provenance
from backend.studio import Film, Goal, SteerRequest
from pages.shared import cached
from pages.shared.evidence import controls, words
from pages.shared.numerals import minus, spread, whole
from pages.shared.player import replay_player

SOURCES = ("steering", "hole", "reconstruction")
VARIANTS = {"the app’s answer": ANSWERS["default"], "single shot": ANSWERS["single shot"],
            "the paper’s procedure": ANSWERS["paper"]}  # fmt: skip
WHICH = ("shipped atlas", "all training seeds")
CASE, TABLE = "case", "worst-table"
ROW_HEIGHT, PLAYER_HEIGHT = 30, 340


def worst(shelf: Library) -> None:
    """The largest misses; picking one shows it."""
    places = st.columns([1, 1.35, 1, 1.25])
    env = controls.environment(shelf, places[0])
    study = controls.one(places[1], "cases of", SOURCES, "cases")
    if controls.missing(shelf, env, study):
        return
    made, who = shelf.provenance(env, study), next(iter(VARIANTS))
    if study != "reconstruction":
        who = str(places[2].selectbox("answers by", list(VARIANTS), key="who", bind="query-params"))
    every = controls.one(places[3], "measured on", WHICH, "which") == WHICH[1]
    cases = shelf.worst(env, study, VARIANTS[who], made.seeds if every else (SHIPPED_SEED,))
    controls.notice(made)
    controls.question(
        f"Where do we fail? The {NUM_WORST} largest misses.",
        "A miss is that of the worst objective, in % of its range. Pick a line, or a case by "
        "keyboard, to see it.",
    )
    if not cases:
        st.info("No such cases were measured.", icon=":material/filter_alt_off:")
        return
    slot = st.container()
    left, right = st.columns([1.6, 1])
    case = _pick(cases, left)
    with slot:
        _table(cases, case, _objectives(shelf.atlas(env, study), len(case.measured)))
    _replay(shelf.atlas(env, study), case, made, right)
    size = words.requests(made) if study != "reconstruction" else words.episodes(made)
    controls.origin(shelf.study(env, study), f"{size}.")


def _pick(cases: list[Case], place: DeltaGenerator) -> Case:
    """The case of the address or of the last pick, else the worst."""
    keys = [case.key for case in cases]
    if st.session_state.get(CASE, keys[0]) not in keys:
        del st.session_state[CASE]
    chosen = place.selectbox("case", keys, key=CASE, bind="query-params")
    return cases[keys.index(str(chosen))]


def _table(cases: list[Case], chosen: Case, names: list[str]) -> None:
    rows: list[dict[str, Any]] = []
    for rank, case in enumerate(cases, 1):
        row: dict[str, Any] = {"": str(rank), "miss": case.miss_percent}
        for i, name in enumerate(names):
            row[f"{name}: aimed"] = minus(case.aim[i]) or "free"
            row[f"{name}: predicted"] = whole(case.predicted[i]) if case.predicted else ""
            row[f"{name}: measured"] = spread(case.measured[i], case.measured_std[i])
        rows.append(row | {"start": case.start})
    largest = max(case.miss_percent for case in cases)
    picked = st.session_state.get(TABLE, {}).get("selection", {})
    st.session_state[TABLE] = {"selection": {**picked, "rows": [cases.index(chosen)]}}
    st.dataframe(
        pd.DataFrame(rows).loc[:, lambda frame: (frame != "").any()], key=TABLE, hide_index=True,
        selection_mode=("single-row-required", "single-cell"), on_select=lambda: _take(cases),
        height="content",
        row_height=ROW_HEIGHT, column_config={
            "": st.column_config.TextColumn(width=36),
            "miss": st.column_config.ProgressColumn(
                format="%.1f %%", min_value=0, max_value=largest, help="% of range"
            ),
        },
    )  # fmt: skip


def _take(cases: list[Case]) -> None:
    """A tick, a click anywhere on a line, or an arrow key chose another case."""
    picked = st.session_state[TABLE]["selection"]
    lines = [*picked.get("rows", ()), *(cell[0] for cell in picked.get("cells", ()))]
    before = st.session_state.get(CASE, cases[0].key)
    others = [cases[line].key for line in lines if cases[line].key != before]
    if others:
        st.session_state[CASE] = others[0]


def _objectives(atlas: str, num: int) -> list[str]:
    if atlas in cached.studio().names():
        return [objective.name for objective in cached.overview(atlas).objectives]
    return [f"objective {i + 1}" for i in range(num)]


def _replay(atlas: str, case: Case, made: Provenance, place: DeltaGenerator) -> None:
    reason = ""
    if atlas not in cached.studio().names():
        reason = f"the atlas {atlas} is not here."
    elif made.other_builds:
        reason = "its latent belongs to another build of the atlas."
    elif not case.episodes:
        reason = "its episodes were drawn by a former protocol."
    elif case.seed != SHIPPED_SEED:
        reason = f"the atlas of training seed {case.seed} is not shipped. See *{WHICH[0]}*."
    if reason:
        st.info(f"No replay of this case: {reason}", icon=":material/videocam_off:")
        return
    z = _decoded(atlas, case) if case.z is None else np.array(case.z, float)
    numbers = [str(i + 1) for i in range(len(case.episodes))]
    episode = int(controls.one(place, "episode that measured it", numbers, "episode"))
    payload, returns = replay(atlas, case.start, z.tobytes(), case.episodes[episode - 1])
    replay_player(payload, key="worst-replay", height=PLAYER_HEIGHT)
    names = _objectives(atlas, len(returns))
    earned = ", ".join(f"{name} {whole(value)}" for name, value in zip(names, returns, strict=True))
    grey = "the policy it started from" if case.predicted else "its source"
    st.caption(
        f"Orange: the {'answer' if case.predicted else 'decoded policy'}; in this episode it earns "
        f"{earned}. Grey: {grey}, {case.start}, from the same initial state."
    )


def _decoded(atlas: str, case: Case) -> np.ndarray:
    """The latent of an existing policy: not steering away from it answers with it."""
    objective, low = cached.overview(atlas).objectives[0], cached.overview(atlas).returns_low[0]
    goal = Goal(mode="at least", value=float(low))
    request = SteerRequest(goals={objective.name: goal}, start=case.start, method="nearest")
    return cached.steer(atlas, request).result.z


@st.cache_resource(show_spinner="Rolling out …", max_entries=64)
def replay(atlas: str, start: str, z: bytes, seed: int) -> tuple[bytes, tuple[float, ...]]:
    """Start policy and answer over one judged episode, packed; and what the answer earned."""
    own = cached.studio().trajectory(atlas, start, seed=seed)
    answer = cached.studio().trajectory(atlas, np.frombuffer(z), seed=seed)
    films = (
        Film(label=start, role="start", trajectory=own),
        Film(label="answer", role="steered", trajectory=answer),
    )
    return cached.studio().replay(atlas, films), tuple(answer.returns.tolist())
