"""Mounts our browser components: a stub of a few lines that imports the published bundle.

Inline JavaScript travels with every message, so the bundles stay in ``static/`` and only the stub
is inline.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Literal

from streamlit.components.v2 import component

from pages.shared.static_files import publish_file

WEB_DIR = Path(__file__).parents[2] / "assets" / "web"
"The committed bundles; assets/web/README.md says how to rebuild them."

_HTML = '<div class="steerscape-slot" role="status">Loading…</div>'
"What the reserved slot shows until the bundle has arrived."

_CSS = """
.steerscape-slot {
  position: absolute; inset: 0; display: grid; place-items: center; box-sizing: border-box;
  border-radius: 12px; border: 1px solid var(--st-border-color);
  background: var(--st-secondary-background-color); color: var(--st-text-color);
  font: 14px var(--st-font, sans-serif); text-align: center; padding: 1rem; opacity: 0.7;
}
"""

_STUB = """
const address = new URL("{url}", document.baseURI).href;
const bundle = import(address);
export default function (component) {{
  let stop = null, gone = false;
  bundle.then(
    (module) => {{ if (!gone) stop = module.default(component); }},
    () => {{
      const slot = component.parentElement.querySelector(".steerscape-slot");
      if (slot) slot.textContent = "This panel could not load " + address +
        ". Is server.enableStaticServing on, and the static folder writable?";
    }},
  );
  return () => {{ gone = true; if (stop) stop(); }};
}}
"""


def mount(
    bundle: str,
    *,
    key: str,
    data: Any,
    height: int | Literal["content"],
    events: Sequence[str] = (),
) -> Mapping[str, Any]:
    """Show a component and return what it told: the last payload of each of its ``events``.

    With the same key a component lives on when its data change.
    """
    listening = {f"on_{event}_change": _ignore for event in events}
    found = _registered(bundle, publish_file(WEB_DIR / f"{bundle}.js"))
    return found(key=key, data=data, height=height, **listening)


@cache
def _registered(bundle: str, url: str) -> Any:
    """Styles are not isolated: plotly.js keeps its sheet in the document, outside shadow roots."""
    return component(
        f"steerscape_{bundle}", html=_HTML, css=_CSS, js=_STUB.format(url=url), isolate_styles=False
    )


def _ignore() -> None:
    """Streamlit learns the names of the events from the callbacks; the result is read instead."""
