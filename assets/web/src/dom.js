// Small builders for DOM nodes. Text always goes in as text nodes, never as HTML.

const SVG = "http://www.w3.org/2000/svg";

function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** An HTML element: `el("button", { class: "x", onclick: f }, "text")`. */
export const el = (tag, attributes = {}, ...children) =>
  fill(document.createElement(tag), attributes, children);

/** The same for SVG. */
export const svg = (tag, attributes = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), attributes, children);

/** An icon button's picture: the path data of a 24 × 24 glyph. */
export const icon = (path) =>
  svg("svg", { viewBox: "0 0 24 24", width: 18, height: 18, "aria-hidden": "true" },
    svg("path", { d: path, fill: "currentColor" }));

export const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

export const prefersReducedMotion = () =>
  matchMedia("(prefers-reduced-motion: reduce)").matches;

/** Takes the place of the loading slot inside a Streamlit component; `style` is a sheet's text. */
export function takeSlot(parentElement, root, style) {
  parentElement.querySelector(".steerscape-slot")?.setAttribute("hidden", "");
  parentElement.append(el("style", {}, style), root);
}

/** Says in the component what kept it from showing its data, until an update succeeds. */
async function settle(parentElement, updated) {
  const note = parentElement.querySelector(".steerscape-failed");
  try {
    await updated;
    note?.remove();
  } catch (error) {
    const words = `This could not be loaded (${error.message}). It is tried again with the next change.`;
    const shown = note ?? el("p", { class: "steerscape-failed", role: "alert", style: "font-size: 14px; padding: .5rem 1rem" });
    shown.textContent = words;
    parentElement.append(shown);
    throw error; // for the console
  }
}

/**
 * One instance per mounted component: made on the first call, handed every later one.
 *
 * Streamlit calls the export again on each change of data or theme, and may call a clean-up of an
 * outdated call while the component lives on; only a node that has left the page is disposed of.
 */
export function mountOnce(create) {
  const instances = new WeakMap();
  return (component) => {
    const { parentElement } = component;
    let instance = instances.get(parentElement);
    if (!instance) instances.set(parentElement, (instance = create(component)));
    settle(parentElement, (async () => instance.update(component))());
    return () =>
      setTimeout(() => {
        if (parentElement.isConnected || !instances.delete(parentElement)) return;
        instance.dispose();
      });
  };
}
