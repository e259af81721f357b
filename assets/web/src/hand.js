// What a person does on a panel: pointer, keyboard, and the tool in hand.

import { onPinch } from "./pinch.js";
import { Pointer } from "./pointer.js";
import { BallDrop, DIRECTIONS, Lasso, Pin } from "./tools.js";

const PICK_RADIUS = { mouse: 12, pen: 16, touch: 24 };
const PATIENCE = 6000; // ms in which a dropped pin waits for an answer
const KEYS = { these: "L draws a lasso", those: "Shift L a second one", pin: "P moves the pin", ball: "B drops a ball" };
const TOOLS = {
  these: (host) => new Lasso(host, "these"),
  those: (host) => new Lasso(host, "those"),
  pin: (host, view) => new Pin(host, view.pin),
  ball: (host) => new BallDrop(host),
};

const radius = (kind) => PICK_RADIUS[kind] ?? PICK_RADIUS.mouse;

export class Hand {
  constructor(panel) {
    Object.assign(this, { panel, cursor: -1, tool: null, stop: new AbortController() });
    this.host = {
      overlay: panel.overlay,
      cursor: () => this.#cursorPixel(),
      rows: (polygon) => panel.inside(polygon),
      say: (text) => panel.say(text),
      preview: (pixel) => panel.point(panel.rowAt(pixel, Infinity), "hovered", "nearest here: "),
      done: (event, value) => this.#finish(event, value),
    };
    const pointer = new Pointer(panel.chart, this.stop.signal, {
      press: () => panel.bound && panel.point(-1),
      hover: (pixel) => this.#hover(pixel),
      leave: () => panel.bound && panel.point(-1),
      grab: (pixel, kind) => this.#grab(pixel, kind),
      click: (pixel, kind) => this.#click(pixel, kind),
    });
    onPinch(panel.chart, this.stop.signal, (factor, pixel) => {
      pointer.forget(); // two fingers are no click
      if (panel.bound) panel.zoom(factor, pixel);
    });
  }

  // --- tools ----------------------------------------------------------------------------------

  #offered() {
    const { view, lassos } = this.panel;
    return [view.lasso && "these", view.lasso && lassos.these && "those", view.ball_tool && "ball",
      view.pin && view[view.pin] && "pin"].filter(Boolean);
  }

  /** Show what there is to take, and what is in hand. */
  offer() {
    const { panel } = this;
    const offered = this.#offered();
    panel.head.showTools(offered, this.tool?.name);
    panel.root.dataset.tool = this.tool?.name ?? "";
    const keys = offered.map((name) => `${KEYS[name]}, `).join("");
    panel.root.setAttribute("aria-label", `${panel.view.label}. Arrow keys move between policies, Enter picks, ${keys}Escape clears.`);
  }

  /** Take a tool in hand; the one that is in hand is put away. */
  take(name) {
    const { panel } = this;
    const held = this.tool;
    this.tool = null;
    held?.cancel();
    if (panel.bound) panel.point(-1);
    if (name && name !== held?.name && panel.bound && this.#offered().includes(name)) {
      this.tool = TOOLS[name](this.host, panel.view);
      panel.say(this.tool.hint);
      panel.root.focus({ preventScroll: true });
    }
    this.offer();
  }

  /** A tool has done its work, or nothing. */
  #finish(event, value) {
    const { panel } = this;
    if (!event) return this.take(null);
    this.tool = null;
    panel.point(-1);
    this.offer();
    if (event === "lasso") {
      panel.setLassos({ ...panel.lassos, [value.group]: value.polygon });
      panel.say(`${panel.counts[value.group]} policies in the lasso of ${value.group}`);
    }
    if (event === "drop") this.waiting = setTimeout(() => panel.overlay.release(), PATIENCE);
    panel.send(event, value);
  }

  /** The panel shows something new. A pin in hand stays there unless its mark has moved. */
  settle() {
    clearTimeout(this.waiting);
    if (this.tool?.name === "pin" && !this.tool.stays()) this.take(null);
  }

  // --- pointer --------------------------------------------------------------------------------

  /** The drag that begins here, if a tool is in hand or the pin is under the pointer. */
  #grab(pixel, kind) {
    const { panel } = this;
    if (!panel.bound || !panel.within(pixel)) return null;
    if (this.tool) return this.tool.drag?.(pixel) ?? null;
    if (!this.#onPin(pixel, kind)) return null;
    this.take("pin");
    return this.tool.drag();
  }

  #onPin(pixel, kind) {
    const { overlay, view } = this.panel;
    const place = view.pin && overlay.markAt(view.pin);
    if (!place) return false;
    const [x, y] = overlay.pixel(place);
    return Math.hypot(x - pixel[0], y - pixel[1]) <= radius(kind);
  }

  #hover(pixel) {
    const { panel } = this;
    if (!panel.bound) return;
    panel.root.classList.toggle("sm-on-pin", !this.tool && this.#onPin(pixel, "mouse"));
    if (!this.tool?.drag) panel.point(panel.rowAt(pixel, PICK_RADIUS.mouse));
  }

  #click(pixel, kind) {
    const { panel } = this;
    if (!panel.bound || !panel.within(pixel)) return;
    panel.root.focus({ preventScroll: true });
    if (this.tool?.click) return this.tool.click(pixel);
    const row = panel.rowAt(pixel, radius(kind));
    if (row >= 0) return panel.pick(row);
    const [x, y] = panel.overlay.place(pixel);
    panel.send("ground", { x, y });
  }

  // --- keyboard -------------------------------------------------------------------------------

  key(event) {
    if (event.target !== this.panel.root || event.ctrlKey || event.metaKey || event.altKey) return;
    if (!this.#command(event)) return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit listens for letters and Esc on the document
  }

  #command(event) {
    const { panel } = this;
    const { key, shiftKey } = event;
    const tool = { l: shiftKey ? "those" : "these", p: "pin", b: "ball" }[key.toLowerCase()];
    if (this.tool && key === "Escape") this.take(null);
    else if (this.tool?.key(event)) return true;
    else if (tool && this.#offered().includes(tool)) this.take(tool);
    else if (key in DIRECTIONS) this.#walk(DIRECTIONS[key]);
    else if (key === "Enter" && this.cursor >= 0) panel.pick(this.cursor);
    else if (key === "Escape") panel.clear();
    else if (key === "0") panel.reset();
    else if ("+=-".includes(key)) panel.zoom(key === "-" ? 1.25 : 0.8);
    else return false;
    return true;
  }

  #walk(direction) {
    const { panel } = this;
    const begun = this.cursor >= 0 ? this.cursor : panel.selected;
    this.cursor = begun >= 0 ? panel.rowTowards(begun, direction) : panel.rowAt(panel.middle(), Infinity);
    panel.say(panel.point(this.cursor, "cursor"));
  }

  #cursorPixel() {
    const { panel } = this;
    const row = this.cursor >= 0 ? this.cursor : panel.selected;
    return row >= 0 ? panel.pixel(row) : panel.middle();
  }

  dispose() {
    this.stop.abort();
    clearTimeout(this.waiting);
  }
}
