"""Registers our browser components: a stub of a few lines that imports the published bundle.

Inline JavaScript travels with every message, so the bundles stay in ``static/`` and only the stub
is inline. Call ``register`` once per bundle address (behind ``functools.cache``), never per run.
"""

from pathlib import Path
from typing import Any

from streamlit.components.v2 import component

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


def register(name: str, module_url: str) -> Any:
    """A callable that mounts the component whose bundle lies at ``module_url``.

    Styles are not isolated: plotly.js keeps its style sheet in the document, outside shadow roots.
    """
    return component(
        name, html=_HTML, css=_CSS, js=_STUB.format(url=module_url), isolate_styles=False
    )
