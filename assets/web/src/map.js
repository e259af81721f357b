// A scatter panel: points one can pick, ground one can click, and a steer drawn over them.

import { colourRange, CONFIG, homeRange, layout, loadPlotly, markerSize, traces } from "./chart.js";
import { el, mountOnce, takeSlot } from "./dom.js";
import { Foot, Head } from "./frame.js";
import { describe, HoverCard } from "./hover.js";
import style from "./map.css";
import { Overlay } from "./overlay.js";
import { onPinch } from "./pinch.js";
import { column, fetchPoints, nearestRow, rowTowards } from "./points.js";
import { readTheme } from "./theme.js";

const PICK_RADIUS = { mouse: 12, pen: 16, touch: 24 };
const CLICK_SLOP = 5; // pixels a click may wander
const CLICK_PAUSE = 300; // ms in which a second click is the same double click
const DIRECTIONS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

class Panel {
  constructor({ parentElement }) {
    this.head = new Head(() => this.reset());
    this.foot = new Foot();
    this.overlay = new Overlay();
    this.card = new HoverCard();
    this.chart = el("div", { class: "sm-chart" });
    this.message = el("div", { class: "sm-message", role: "status" }, "Loading the policies…");
    this.spoken = el("div", { class: "sm-hidden", "aria-live": "polite" });
    this.plot = el("div", { class: "sm-plot" }, this.chart, this.overlay.node, this.card.node, this.message);
    this.root = el("div", { class: "sm-root", tabindex: 0, role: "application", onkeydown: (e) => this.#key(e) },
      this.head.node, this.plot, this.foot.node, this.spoken);
    takeSlot(parentElement, this.root, style);
    this.cursor = -1;
    this.#listen();
  }

  // --- what Streamlit calls -------------------------------------------------------------------

  async update({ data: view, setTriggerValue }) {
    this.send = setTriggerValue;
    this.view = view;
    this.theme = readTheme(this.root);
    this.root.setAttribute("aria-label", `${view.label}. Arrow keys move between policies, Enter picks, Escape clears.`);
    this.foot.show(view, this.theme);
    const turn = (this.turn = (this.turn ?? 0) + 1); // a later update overtakes this one
    try {
      const [Plotly, points] = await Promise.all([loadPlotly(view.plotly_url), fetchPoints(view.points_url)]);
      if (turn !== this.turn || this.disposed) return;
      this.#show(Plotly, points);
      await this.#replot(view);
      if (this.disposed || this.view !== view) return;
      this.#decorate();
      this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
    } catch (error) {
      if (turn === this.turn) this.#complain(error, { data: view, setTriggerValue });
    }
  }

  #show(Plotly, points) {
    Object.assign(this, { Plotly, points });
    this.x = column(points, this.view.x_column);
    this.y = column(points, this.view.y_column);
    this.range = colourRange(this.view, points);
    this.head.show(this.view, this.range);
    this.message.hidden = true;
  }

  /** Redraw the points, only if what they show has changed; zoom and pan are plotly's to keep. */
  async #replot(view) {
    const size = [this.plot.clientWidth, this.plot.clientHeight];
    const key = JSON.stringify([view.points_url, view.x_column, view.y_column, view.x_title, view.y_title,
      view.colour_column, this.range, view.held_out_column, this.theme, size]);
    if (key === this.plotted || !size[0] || !size[1]) return;
    this.plotted = key;
    this.home = { x: homeRange(this.x), y: homeRange(this.y) };
    await this.Plotly.react(this.chart, traces(view, this.points, this.theme),
      layout(view, this.home, this.theme, size), CONFIG);
    if (this.bound) return;
    this.bound = true;
    for (const event of ["plotly_relayouting", "plotly_relayout", "plotly_afterplot"]) {
      this.chart.on(event, () => this.overlay.sync());
    }
  }

  #decorate() {
    if (!this.bound) return; // no room to plot in yet
    this.overlay.setView(this.view, this.theme, () => this.#axes());
    this.#select(this.view.selected_id ?? null);
    this.root.dataset.rows = this.points.count;
    this.root.dataset.points = this.view.points_url;
  }

  #complain(error, component) {
    const retry = el("button", { type: "button", onclick: () => {
      this.message.textContent = "Loading the policies…";
      this.update(component);
    } }, "Try again");
    this.message.replaceChildren(el("div", {}, `This panel cannot be drawn: ${error.message}.`), retry);
    this.message.hidden = false;
  }

  #axes() {
    const { xaxis, yaxis } = this.chart._fullLayout;
    const read = (axis) => ({ offset: axis._offset, length: axis._length, range: axis.range.map(Number) });
    return { x: read(xaxis), y: read(yaxis) };
  }

  reset() {
    if (this.home) this.Plotly.relayout(this.chart, { "xaxis.range": [...this.home.x], "yaxis.range": [...this.home.y] });
  }

  // --- selection ------------------------------------------------------------------------------

  #place(row) { return [this.x[row], this.y[row]]; }
  #pixel = (row) => this.overlay.pixel([this.x[row], this.y[row]]);

  #ring(name, row, extra) {
    this.overlay.ring(name, row >= 0 ? this.#place(row) : null, markerSize(this.points.count) / 2 + extra);
  }

  #select(id) {
    this.selected = id === null ? -1 : this.points.id.indexOf(id);
    this.root.dataset.selected = id ?? "";
    this.#ring("selected", this.selected, 7);
  }

  #pick(row) {
    this.#select(this.points.id[row]); // at once, without waiting for the server
    this.cursor = row;
    this.send("pick", { id: this.points.id[row], x: this.x[row], y: this.y[row] });
  }

  #clear() {
    this.#select(null);
    this.#point(-1);
    this.send("clear", true);
  }

  /** Show the card and the ring of a row, or hide them. */
  #point(row, name = "hovered") {
    this.#ring("hovered", name === "hovered" ? row : -1, 3);
    this.#ring("cursor", name === "cursor" ? row : -1, 11);
    if (row < 0) return this.card.hide();
    const lines = describe(this.view, this.points, row);
    this.card.show(this.points.id[row], lines, this.#pixel(row), [this.plot.clientWidth, this.plot.clientHeight]);
    if (name === "cursor") this.spoken.textContent = [this.points.id[row], ...lines.map((line) => line.join(" "))].join(", ");
  }

  // --- pointer and keyboard -------------------------------------------------------------------

  #listen() {
    this.stop = new AbortController();
    const options = { capture: true, signal: this.stop.signal };
    this.chart.addEventListener("pointerdown", (event) => {
      this.down = event.isPrimary ? event : null;
      this.#point(-1);
    }, options);
    // plotly lays a cover over the page while a button is down, so the release is heard up here.
    window.addEventListener("pointerup", (event) => this.#release(event), options);
    this.chart.addEventListener("pointermove", (event) => {
      if (event.buttons || !this.bound || event.pointerType === "touch") return;
      this.pointer = this.#local(event);
      this.moved ??= requestAnimationFrame(() => {
        this.moved = null;
        if (this.pointer) this.#point(this.#rowAt(this.pointer, PICK_RADIUS.mouse));
      });
    }, options);
    this.chart.addEventListener("pointerleave", () => {
      this.pointer = null;
      if (this.bound) this.#point(-1);
    }, options);
    onPinch(this.chart, this.stop.signal, (factor, pixel) => {
      this.down = null; // two fingers are no click
      if (this.bound) this.#zoom(factor, pixel);
    });
    this.resizes = new ResizeObserver(() => this.view && this.points && this.#resized());
    this.resizes.observe(this.plot);
  }

  async #resized() {
    await this.#replot(this.view);
    if (!this.disposed) this.#decorate();
  }

  #local(event) {
    const box = this.chart.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }

  #rowAt(pixel, radius) {
    return nearestRow(this.points.count, this.#pixel, pixel, radius);
  }

  #release(event) {
    const { down } = this;
    this.down = null;
    if (!down || !this.bound || event.pointerId !== down.pointerId || event.button !== 0) return;
    const wandered = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > CLICK_SLOP;
    const again = event.timeStamp - (this.clicked ?? -Infinity) < CLICK_PAUSE;
    if (wandered || again) return;
    this.clicked = event.timeStamp;
    this.root.focus({ preventScroll: true });
    const pixel = this.#local(event);
    const { x, y } = this.#axes();
    const inside = pixel[0] >= x.offset && pixel[0] <= x.offset + x.length && pixel[1] >= y.offset && pixel[1] <= y.offset + y.length;
    if (!inside) return;
    const row = this.#rowAt(pixel, PICK_RADIUS[event.pointerType] ?? PICK_RADIUS.mouse);
    if (row >= 0) return this.#pick(row);
    const [gx, gy] = this.overlay.place(pixel);
    this.send("ground", { x: gx, y: gy });
  }

  #key(event) {
    if (!this.bound || event.target !== this.root || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key in DIRECTIONS) this.#walk(DIRECTIONS[event.key]);
    else if (event.key === "Enter" && this.cursor >= 0) this.#pick(this.cursor);
    else if (event.key === "Escape") this.#clear();
    else if (event.key === "0") this.reset();
    else if ("+=-".includes(event.key)) this.#zoom(event.key === "-" ? 1.25 : 0.8);
    else return;
    event.preventDefault();
    event.stopPropagation(); // Streamlit listens for letters and Esc on the document
  }

  #walk(direction) {
    const { x, y } = this.#axes();
    const centre = [x.offset + x.length / 2, y.offset + y.length / 2];
    const begun = this.cursor >= 0 ? this.cursor : this.selected;
    this.cursor = begun >= 0 ? rowTowards(this.points.count, this.#pixel, begun, direction)
      : this.#rowAt(centre, Infinity);
    this.#point(this.cursor, "cursor");
  }

  /** Zoom about a pixel; the plot's centre if none is given. */
  #zoom(factor, [px, py] = []) {
    const { x, y } = this.#axes();
    const about = ([low, high], share) => {
      const fixed = low + share * (high - low);
      return [fixed + (low - fixed) * factor, fixed + (high - fixed) * factor];
    };
    const share = (pixel, axis) => (pixel === undefined ? 0.5 : (pixel - axis.offset) / axis.length);
    this.Plotly.relayout(this.chart, {
      "xaxis.range": about(x.range, share(px, x)), "yaxis.range": about(y.range, 1 - share(py ?? y.offset + y.length / 2, y)) });
  }

  dispose() {
    this.disposed = true;
    this.stop.abort();
    this.resizes.disconnect();
    if (this.bound) this.Plotly.purge(this.chart);
  }
}

export default mountOnce((component) => new Panel(component));
