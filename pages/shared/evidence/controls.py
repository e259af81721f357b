"""What every section of the evidence page shares: choices kept in the address, how it was made."""

from collections.abc import Sequence
from io import StringIO

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from backend.evidence import DECODER, STUDIES, Estimate, Library, Provenance, Study
from pages.shared import cached, session
from pages.shared.evidence import words

SECTION, ENV, SEEDS = "study", "env", "seeds"
SECTIONS = ("overview", *(s for s in STUDIES if s != DECODER), "calibration", "worst ten")
HOLE = "-hole"


@st.cache_resource(show_spinner=False)
def library() -> Library:
    """All the evidence; it notices changed files by itself."""
    return Library(atlas_root=cached.studio().root)


def section() -> str:
    """Which part of the evidence is shown."""
    chosen = st.segmented_control(
        "section", SECTIONS, key=SECTION, default=SECTIONS[0], required=True,
        bind="query-params", label_visibility="collapsed", width="stretch",
    )  # fmt: skip
    return str(chosen or SECTIONS[0])


def environment(shelf: Library, place: DeltaGenerator) -> str:
    """Whose evidence is shown; at first that of the atlas chosen in the sidebar."""
    names = shelf.environments()
    atlas = session.atlas_name().removesuffix(HOLE)
    return str(place.selectbox(
        "environment", names, index=names.index(atlas) if atlas in names else 0, key=ENV,
        format_func=shelf.title, bind="query-params",
    ))  # fmt: skip


def seeds(shelf: Library, env: str, study: str, place: DeltaGenerator) -> tuple[int, ...]:
    """Which training seeds count; all, if none is chosen."""
    known = shelf.provenance(env, study).seeds
    chosen = pills(place, "only training seeds", [str(seed) for seed in known], SEEDS)
    return tuple(seed for seed in known if str(seed) in chosen)


def opened(
    shelf: Library, study: str, widths: Sequence[float] = ()
) -> tuple[str, tuple[int, ...], list[DeltaGenerator]] | None:
    """Environment, training seeds, places for further choices; None if there is no such study."""
    places = st.columns([1, 0.8, *(widths or (2,))])
    env = environment(shelf, places[0])
    if missing(shelf, env, study):
        return None
    return env, seeds(shelf, env, study, places[1]), places[2:]


def pills(place: DeltaGenerator, label: str, options: Sequence[str], key: str) -> list[str]:
    """Some of the options, in their order; all, if none is chosen."""
    chosen = place.pills(
        label, options, selection_mode="multi", key=key, bind="query-params",
        help="None chosen: all of them.",
    )  # fmt: skip
    return [option for option in options if option in chosen] or list(options)


def one(place: DeltaGenerator, label: str, options: Sequence[str], key: str) -> str:
    """One of a few options."""
    chosen = place.segmented_control(
        label, options, key=key, default=options[0], required=True, bind="query-params"
    )
    return str(chosen or options[0])


def missing(shelf: Library, env: str, study: str) -> bool:
    """Whether a study is not there; if so, says what makes it."""
    if study in shelf.studies(env):
        return False
    st.info(
        f"**{study}** has not been measured for {shelf.title(env)} yet. This measures it:",
        icon=":material/science:",
    )
    st.code(shelf.command(env, study), language="sh")
    return True


def question(asked: str, explained: str) -> None:
    """What a section answers, and how to read it."""
    st.markdown(f"**{asked}** :small[:gray[{explained}]]")


def notice(provenance: Provenance) -> None:
    """Says so where figures belong to another build of an atlas, or were judged differently."""
    if provenance.former_protocol:
        st.warning(
            "Measured before the studies judged every request on initial states of its own, and "
            "asked holes only for what no policy meets. The command under the table measures anew.",
            icon=":material/history:",
        )
    if provenance.other_builds:
        names = ", ".join(provenance.other_builds)
        st.warning(
            f"Measured on another build: {names} has been built again since. The figures below "
            "are those of the former build; the command under the table measures this one.",
            icon=":material/history:",
        )


def origin(study: Study, sentence: str) -> None:
    """The command that made a study, what it measured, and its figures as a file."""
    provenance = study.provenance
    st.code(provenance.command, language="sh", wrap_lines=True)
    left, right = st.columns([5, 1])
    rows = f"{provenance.num_rows:,} rows".replace(",", "\u202f")
    left.caption(f"{words.made_of(provenance, rows)} {sentence}{words.one_seed(provenance)}")
    right.download_button(
        "CSV", _csv(study), file_name=f"{study.env}-{study.name}.csv", mime="text/csv",
        icon=":material/download:", on_click="ignore", key=f"csv-{study.name}", width="stretch",
        help="These figures with the ends of their intervals.",
    )  # fmt: skip


def _csv(study: Study) -> str:
    rows = []
    for row in study.figures:
        flat: dict[str, object] = {}
        for name, value in row.items():
            if isinstance(value, Estimate):
                flat |= {f"{name}: {part}": number for part, number in vars(value).items()}
            else:
                flat[name] = value
        rows.append(flat)
    stream = StringIO()
    pd.DataFrame(rows).to_csv(stream, index=False)
    return stream.getvalue()
