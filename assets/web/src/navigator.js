// The navigator: one row per objective to say what is asked, with what is still attainable.
//
// While a handle is dragged the bands of all other objectives follow in the browser; Python hears
// of it once, on release.

import { el, mountOnce, takeSlot } from "./dom.js";
import { number } from "./hover.js";
import style from "./navigator.css";
import { bandOf, fetchReach } from "./reach.js";
import { Row } from "./row.js";
import { Told } from "./told.js";

const wordOf = (asked) => JSON.stringify(asked.map(({ name, mode, value }) => [name, mode, value]));

class Navigator {
  constructor({ parentElement }) {
    this.list = el("div", { class: "nv-rows" });
    this.spoken = el("div", { class: "nv-hidden", "aria-live": "polite" });
    this.root = el("div", { class: "nv-root" }, this.list, this.spoken);
    takeSlot(parentElement, this.root, style);
    this.rows = [];
    this.told = new Told();
  }

  async update({ data: view, setTriggerValue }) {
    const before = this.view;
    this.send = setTriggerValue;
    this.view = view;
    this.root.classList.toggle("nv-compact", Boolean(view.compact));
    const names = view.rows.map((row) => row.name).join();
    if (names !== this.names) this.#build(names);
    const counts = this.told.answered(wordOf(view.rows), before && wordOf(before.rows));
    this.rows.forEach((row, i) => row.show(view.rows[i], counts));
    if (view.spoken !== before?.spoken) this.spoken.textContent = view.spoken;
    try {
      this.reach = await fetchReach(view.reach_url, view.rows.length);
    } catch {
      this.reach = null; // the controls work without their bands
    }
    if (this.view !== view) return;
    this.#bands();
    this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
  }

  #build(names) {
    this.names = names;
    this.rows = this.view.rows.map(() => new Row({
      moved: () => this.#bands(),
      chosen: () => this.#tell(),
      waits: () => this.told.waits,
    }));
    this.list.replaceChildren(...this.rows.map((row) => row.node));
  }

  /** Band of every objective while the others keep what their rows ask now. */
  #bands() {
    if (!this.reach) return;
    const began = performance.now();
    const aims = this.rows.map((row) => row.aim);
    this.rows.forEach((row, i) => row.showBand(bandOf(this.reach, aims, this.view, i)));
    this.root.dataset.bandMs = (performance.now() - began).toFixed(2);
  }

  #tell() {
    this.#bands();
    this.spoken.textContent = this.rows.map((row) => row.words(number)).join("; ");
    this.told.say(wordOf(this.rows.map(({ name, aim }) => ({ name, ...aim }))));
    this.send("aims", Object.fromEntries(this.rows.map((row) => [row.name, row.aim])));
  }

  dispose() {}
}

export default mountOnce((component) => new Navigator(component));
