"""Choices, numbers and curves around the latent space of parameters."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from backend.compressed import NUM_JUDGING_EPISODES, About, Measured, Objective, Space
from pages.shared.compression import asked

ENV = "environment"
SIZES = ("small", "medium", "large")
PLANE, UMAP = "plane", "UMAP"
AXES, ARROWS = ("across", "up"), ("→", "↑")
Columns = Sequence[Any]


def chosen_env(names: Sequence[str]) -> str:
    """Which environment's policies are looked at."""
    return str(st.segmented_control(
        "environment", names, default=names[0], key=ENV, bind="query-params", required=True,
        format_func=lambda name: asked.compressed().about(name).title,
        label_visibility="collapsed",
    ))  # fmt: skip


def chosen_space(env: str, names: Sequence[str]) -> tuple[Space | None, Columns]:
    """(the latent space that is chosen, room for more); without it, a sentence says why."""
    sizes = [size for size in SIZES if any(name.startswith(size) for name in names)]
    dims = sorted({int(name.split("-")[1].removesuffix("d")) for name in names})
    size, dim, seen, across, up, loss = st.columns(
        [1.25, 1.05, 0.85, 0.6, 0.6, 1.3], vertical_alignment="bottom"
    )
    size_name = size.segmented_control(
        "network", sizes, default="medium", key=_key(env, "size"), bind="query-params",
        required=True, help="How large the policies are that are compressed.",
    )  # fmt: skip
    dim_name = dim.segmented_control(
        "latent dimensions", [f"{n}-D" for n in dims], default=f"{min(dims, key=_to_two)}-D",
        key=_key(env, "dim"), bind="query-params", required=True, help="Length of z.",
    )  # fmt: skip
    control = any(n.endswith("parameters") for n in names) and loss.toggle(
        "trained on parameters", key=_key(env, "loss"), bind="query-params",
        help="The control: the same autoencoder, trained to rebuild weights instead of behaviour. "
        "Two networks can do the same with quite different weights: this one does not know it.",
    )  # fmt: skip
    name = f"{size_name}-{str(dim_name).lower().replace('-', '')}-"
    name += "parameters" if control else "behaviour"
    if name in names:
        return asked.space(env, name), (seen, across, up)
    kept = ", ".join(n for n in names if n.startswith(str(size_name)))
    st.info(
        f"{name} is not on the shelf: not every space is made or small enough to ship. "
        f"On it: {kept}.", icon=":material/inventory_2:",
    )  # fmt: skip
    return None, ()


def chosen_axes(env: str, space: Space, room: Columns) -> tuple[int, int] | None:
    """Across and up, where there are more than two dimensions to choose from; None for UMAP."""
    if space.latent_dim < 3 or space.layout is None:
        return (0, 1)
    seen, *sides = room
    how = seen.segmented_control(
        "seen as", (PLANE, UMAP), default=PLANE, key=_key(env, "seen"), bind="query-params",
        required=True, label_visibility="collapsed",
        help="A plane through the place, spanned by two of the numbers; or the pool's codes where "
        "UMAP puts them: near stays near, but distances between islands mean nothing.",
    )  # fmt: skip
    if how == UMAP:
        return None
    if space.latent_dim == 3:
        return (0, 1)
    axes = list(range(space.latent_dim))
    chosen = [
        column.selectbox(
            f"axis {label}", axes, index=i, format_func=partial(_axis, arrow), bind="query-params",
            key=_key(env, f"{label}-{space.latent_dim}"), label_visibility="collapsed",
        )
        for i, (column, label, arrow) in enumerate(zip(sides, AXES, ARROWS, strict=True))
    ]  # fmt: skip
    if chosen[0] == chosen[1]:
        chosen[1] = next(axis for axis in axes if axis != chosen[0])
    return (chosen[0], chosen[1])


def chosen_reward(env: str, rewards: Sequence[Objective]) -> int:
    """Which reward colours the space; the space itself knows none."""
    names = [reward.name for reward in rewards]
    name = st.segmented_control(
        "reward", names, default=names[0], key=_key(env, "reward"), bind="query-params",
        required=True, format_func=lambda n: next(r.title for r in rewards if r.name == n),
        label_visibility="collapsed", width="stretch",
        help="Recolours; nothing is trained: the space was made without any reward.",
    )  # fmt: skip
    return names.index(str(name))


def _key(env: str, name: str) -> str:
    """Each environment keeps its own choices; the first one's are short in the address."""
    return name if env == asked.compressed().envs()[0] else f"{name}-{env}"


def _axis(arrow: str, axis: int) -> str:
    return f"{arrow} z{axis + 1}"


def _to_two(dim: int) -> int:
    return abs(dim - 2)


def best_place(space: Space, reward: int) -> list[float]:
    """The latent that earned most."""
    return space.points[space.point_returns[:, reward].argmax()].tolist()


def numbers(space: Space, here: Measured, about: About) -> None:
    """What the policy at the crosshair earns, beside the best that is known."""
    rows = [
        f"| reward | here, measured (n = {here.num_episodes}) | best of the pool "
        "| best in z | recovery | rank correlation |",
        "|:--|--:|--:|--:|--:|--:|",
    ]
    for i, reward in enumerate(about.rewards):
        rows.append(
            f"| {reward.title} | **{here.returns[i]:.1f}** ± {here.returns_std[i]:.1f} "
            f"| {space.found.best[i]:z.1f} | {space.found.latent[i]:z.1f} "
            f"| {space.recovery[i]:.2f} | {space.correlation[i]:.2f} |"
        )
    st.markdown("\n".join(rows))
    st.caption(
        f"{space.num_params} parameters in {space.latent_dim} number"
        f"{'s' * (space.latent_dim > 1)}: {space.num_params / space.latent_dim:.0f} : 1. "
        f"The best were found by few episodes and judged by {NUM_JUDGING_EPISODES} others. "
        "Recovery: how far up the pool's range the best latent reaches. Rank correlation: whether "
        "each of the pool's policies keeps its place after its round trip through z; the first can "
        "be 1 where the second is poor. Returns are undiscounted sums over "
        f"at most {about.horizon} steps."
    )


def film_button(place: Any, env: str, space: Space, z: Sequence[float]) -> None:
    """Download of the episode on show."""
    place.download_button(
        "MP4", lambda: asked.clip(env, space.name, z), file_name=f"{env}-{space.name}.mp4",
        mime="video/mp4", icon=":material/movie:", on_click="ignore", width="stretch",
        help="The policy at the crosshair, an episode of at most ten seconds.",
    )  # fmt: skip
