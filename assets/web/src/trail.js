// The tree of questions: click one to ask it again, or to set its answer beside the present one.

import { el, icon, mountOnce, svg, takeSlot } from "./dom.js";
import { lanes } from "./lanes.js";
import style from "./trail.css";

const [STEP, LANE, EDGE] = [44, 34, 24]; // pixels between questions, between branches, to the border
const COMPARE = "M9.01 14H2v2h7.01v3L13 15l-3.99-4zm5.98-1v-3H22V8h-7.01V5L11 9z";

class Trail {
  constructor({ parentElement }) {
    this.edges = svg("svg", { class: "tr-edges", "aria-hidden": "true" });
    this.nodes = el("div", { class: "tr-nodes" });
    this.scroll = el("div", { class: "tr-scroll" }, this.edges, this.nodes);
    this.mode = el("button", { type: "button", class: "tr-mode", title: "Compare (c): click a question to show its answer beside the present one",
      "aria-pressed": "false", onclick: () => this.#setMode(!this.comparing) }, icon(COMPARE), "compare");
    this.words = el("div", { class: "tr-words", "aria-live": "polite" });
    this.root = el("div", { class: "tr-root", role: "group", "aria-label": "Questions asked so far", onkeydown: (e) => this.#key(e) },
      this.scroll, el("div", { class: "tr-foot" }, this.words, this.mode));
    takeSlot(parentElement, this.root, style);
    this.comparing = false;
  }

  update({ data: view, setTriggerValue }) {
    Object.assign(this, { view, send: setTriggerValue });
    const focused = this.nodes.contains(document.activeElement) ? Number(document.activeElement.dataset.index) : null;
    this.#draw();
    if (focused !== null) this.nodes.children[Math.min(focused, view.nodes.length - 1)]?.focus({ preventScroll: true });
    this.#tell(view.at);
    const shown = this.nodes.children[view.at];
    if (shown) this.scroll.scrollLeft = shown.offsetLeft - this.scroll.clientWidth / 2;
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
  }

  #draw() {
    const { nodes, at, compared } = this.view;
    const lane = lanes(nodes.map((node) => node.parent));
    const place = (i) => [EDGE + STEP * i, EDGE + LANE * lane[i]];
    const [width, height] = [2 * EDGE + STEP * (nodes.length - 1), 2 * EDGE + LANE * Math.max(...lane, 0)];
    for (const [name, value] of [["width", width], ["height", height]]) this.edges.setAttribute(name, value);
    this.edges.replaceChildren(...nodes.flatMap(({ parent }, i) => {
      if (parent === null) return [];
      const [[x0, y0], [x1, y1]] = [place(parent), place(i)];
      return [svg("path", { d: `M${x0} ${y0}C${x0 + STEP / 2} ${y0} ${x1 - STEP} ${y1} ${x1 - STEP / 2} ${y1}L${x1} ${y1}` })];
    }));
    this.nodes.replaceChildren(...nodes.map((node, i) => {
      const [x, y] = place(i);
      return el("button", {
        type: "button", class: `tr-node tr-${node.state}`, "data-index": i, style: `left:${x}px;top:${y}px`,
        "aria-current": i === at ? "true" : false, "aria-label": `Question ${i + 1}: ${node.words}`,
        "data-compared": i === compared, title: node.words,
        onclick: (event) => this.#choose(i, event.shiftKey), onfocus: () => this.#tell(i), onpointerenter: () => this.#tell(i),
        onpointerleave: () => this.#tell(this.view.at),
      }, String(i + 1));
    }));
  }

  #choose(i, shifted) {
    if (!this.comparing && !shifted) return i !== this.view.at && this.send("go", i);
    this.#setMode(false);
    this.view.compared = i === this.view.compared || i === this.view.at ? -1 : i; // at once
    [...this.nodes.children].forEach((node, k) => node.toggleAttribute("data-compared", k === this.view.compared));
    this.send("compare", this.view.compared);
  }

  #tell(i) {
    const node = this.view.nodes[i];
    if (node) this.words.textContent = `${i + 1}${i === this.view.at ? " (shown)" : ""}: ${node.words}`;
  }

  #setMode(on) {
    this.comparing = on;
    this.mode.setAttribute("aria-pressed", String(on));
    this.root.classList.toggle("tr-comparing", on);
  }

  #key(event) {
    const index = event.target.dataset?.index;
    if (event.ctrlKey || event.metaKey || event.altKey || index === undefined) return;
    if (event.key === "c") this.#choose(Number(index), true);
    else if (event.key === "ArrowLeft") event.target.previousElementSibling?.focus();
    else if (event.key === "ArrowRight") event.target.nextElementSibling?.focus();
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit listens for letters on the document
  }

  dispose() {}
}

export default mountOnce((component) => new Trail(component));
