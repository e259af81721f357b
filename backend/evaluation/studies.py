"""Every study by its name: which atlas, data and questions it is given."""

from collections.abc import Callable, Mapping

import numpy as np

from backend.evaluation import regions
from backend.evaluation.bench import Bench
from backend.evaluation.changes import DECODERS, STEPS, decoders
from backend.evaluation.evidence import Rows
from backend.evaluation.geometry import geometry
from backend.evaluation.reconstruction import reconstruction
from backend.evaluation.sampling import sampling
from backend.evaluation.spaces import (
    APP,
    RAW,
    TRAINED,
    atlas_space,
    kept_model,
    raw_space,
    train_space,
)
from backend.population.store import load_population


def _reconstruction(bench: Bench) -> Rows:
    return reconstruction(bench.atlas(), num_episodes=bench.size.num_episodes, seed=bench.seed)


def _geometry(bench: Bench) -> Rows:
    spec, dataset = bench.workspace.spec, bench.dataset()
    population, _ = load_population(spec, bench.workspace.population)
    training, atlas = population.is_training, bench.atlas()
    spaces = {APP: atlas_space(atlas), RAW: raw_space(dataset, training)}
    for name in TRAINED:
        spaces[name] = train_space(
            spec, dataset, np.flatnonzero(training), name, seed=bench.seed,
            folder=bench.workspace.folder / "spaces",
        )  # fmt: skip
    # A population that was gathered again had other luck: an atlas stands by its own returns.
    judged = dict.fromkeys(spaces, population) | {APP: atlas.population}
    return [
        {"space": name, **row}
        for name, space in spaces.items()
        for row in geometry(
            space,
            judged[name].returns,
            judged[name].is_training,
            spec.objective_names,
            seed=bench.seed,
        )  # fmt: skip
    ]


def _steering(bench: Bench) -> Rows:
    rows = regions.inside(bench.atlas(), bench.questions, bench.judging, bench.variants)
    return [{"region": "inside", **row} for row in rows]


def _hole(bench: Bench) -> Rows:
    rows = regions.into_hole(bench.atlas(hole=True), bench.questions, bench.judging, bench.variants)
    return [{"region": "hole", **row} for row in rows]


def _extrapolation(bench: Bench) -> Rows:
    return regions.extrapolation(bench.atlas(), bench.questions, bench.judging)


def _tangents(bench: Bench) -> Rows:
    return regions.tangents(bench.atlas(), bench.questions, bench.judging)


def _sampling(bench: Bench) -> Rows:
    return sampling(bench.atlas(), bench.dataset(), seed=bench.seed)


def _changes(bench: Bench) -> Rows:
    return [
        {"region": region, "step": step, **row}
        for region, ask, hole in (
            ("inside", regions.inside, False), ("hole", regions.into_hole, True)
        )
        for step, variant in STEPS.items()
        for row in ask(bench.atlas(hole=hole), bench.questions, bench.judging, [variant])
    ]  # fmt: skip


def _decoder(bench: Bench) -> Rows:
    atlas, dataset, spec = bench.atlas(), bench.dataset(), bench.workspace.spec
    models = {
        name: kept_model(
            spec, recipe.data(dataset.subset(atlas.training_rows)),
            [atlas.population.actor(row) for row in atlas.training_rows.tolist()],
            recipe.training, name=name, seed=bench.seed, folder=bench.workspace.folder / "spaces",
        )
        for name, recipe in DECODERS.items()
    }  # fmt: skip
    return decoders(atlas, models, dataset, num_episodes=bench.size.num_episodes, seed=bench.seed)


STUDIES: Mapping[str, Callable[[Bench], Rows]] = {
    "reconstruction": _reconstruction,
    "geometry": _geometry,
    "steering": _steering,
    "hole": _hole,
    "extrapolation": _extrapolation,
    "tangents": _tangents,
    "sampling": _sampling,
    "changes": _changes,
    "decoder": _decoder,
}
