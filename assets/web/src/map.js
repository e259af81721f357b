// A scatter panel: points one can pick, ground one can click, and a steer drawn over them. What a person
// does on it is the hand's.

import { colourRange, CONFIG, homeRange, layout, loadPlotly, markerSize, traces } from "./chart.js";
import { el, mountOnce, prefersReducedMotion, takeSlot } from "./dom.js";
import { Foot, Head } from "./frame.js";
import { Hand } from "./hand.js";
import { describe, HoverCard } from "./hover.js";
import style from "./map.css";
import { Morph } from "./morph.js";
import { Overlay } from "./overlay.js";
import { column, fetchField, fetchPoints, nearestRow, rowsInside, rowTowards, unpackRows } from "./points.js";
import { readTheme } from "./theme.js";

class Panel {
  constructor({ parentElement }) {
    this.head = new Head((name) => this.hand.take(name), () => this.reset());
    this.foot = new Foot();
    this.overlay = new Overlay((text) => this.say(text));
    this.card = new HoverCard();
    this.morph = new Morph();
    this.chart = el("div", { class: "sm-chart" });
    this.message = el("div", { class: "sm-message", role: "status" }, "Loading the policies…");
    this.spoken = el("div", { class: "sm-hidden", "aria-live": "polite" });
    this.plot = el("div", { class: "sm-plot" }, this.chart, this.morph.node, this.overlay.node, this.card.node, this.message);
    this.root = el("div", { class: "sm-root", tabindex: 0, role: "application", onkeydown: (e) => this.bound && this.hand.key(e) },
      this.head.node, this.plot, this.foot.node, this.spoken);
    takeSlot(parentElement, this.root, style);
    this.hand = new Hand(this);
    this.resizes = new ResizeObserver(() => this.view && this.points && !this.disposed && this.#show());
    this.resizes.observe(this.plot);
  }

  // --- what Streamlit calls -------------------------------------------------------------------

  async update({ data: view, setTriggerValue }) {
    this.send = setTriggerValue;
    this.view = view;
    this.theme = readTheme(this.root);
    this.lassos = view.lasso ? { these: view.these, those: view.those } : {};
    const turn = (this.turn = (this.turn ?? 0) + 1); // a later update overtakes this one
    try {
      const files = [loadPlotly(view.plotly_url), fetchPoints(view.points_url), fetchField(view.field_url)];
      const [Plotly, points, field] = await Promise.all(files);
      if (turn !== this.turn || this.disposed) return;
      Object.assign(this, { Plotly, points, field });
      await this.#show();
      if (this.disposed || this.view !== view) return;
      this.root.dataset.ready = String(Number(this.root.dataset.ready ?? 0) + 1);
    } catch (error) {
      if (turn === this.turn) this.#complain(error, { data: view, setTriggerValue });
    }
  }

  async #show() {
    const { view, points } = this;
    this.range = colourRange(view, points);
    this.head.show(view, this.range);
    this.message.hidden = true;
    this.#sortRows();
    this.foot.show(view, this.theme, this.counts);
    this.hand.offer();
    await this.#replot();
    if (!this.disposed && this.view === view) this.#decorate();
  }

  /** Who is inside the lassos, and so who keeps the colour. */
  #sortRows() {
    const { view, points, lassos } = this;
    const [x, y] = [column(points, view.x_column), column(points, view.y_column)];
    const drawn = Object.entries(lassos).filter(([, polygon]) => polygon);
    const inside = drawn.map(([name, polygon]) => [name, rowsInside(polygon, x, y)]);
    this.counts = Object.fromEntries(inside.map(([name, rows]) => [name, rows.length]));
    this.kept = view.kept ? unpackRows(view.kept, points.count) : drawn.length ? new Uint8Array(points.count) : null;
    if (!view.kept) for (const [, rows] of inside) for (const row of rows) this.kept[row] = 1;
    for (const name of ["these", "those"]) this.root.dataset[name] = this.counts[name] ?? "";
  }

  /** Redraw the points, only if what they show has changed; zoom and pan are plotly's to keep. */
  async #replot() {
    const { view, points, theme } = this;
    const size = [this.plot.clientWidth, this.plot.clientHeight];
    const place = [view.points_url, view.x_column, view.y_column].join(" ");
    const key = JSON.stringify([place, view.x_title, view.y_title, view.colour_column, this.range,
      view.ringed_column, theme, size, this.lassos, view.kept]);
    if (key === this.plotted || !size[0] || !size[1]) return;
    const moving = this.#moves(place);
    if (moving) this.#setOut(size);
    Object.assign(this, { plotted: key, placed: { place, url: view.points_url } });
    this.x = column(points, view.x_column);
    this.y = column(points, view.y_column);
    this.home = { x: homeRange(this.x), y: homeRange(this.y) };
    await this.Plotly.react(this.chart, traces(view, points, theme, this.kept), layout(view, this.home, theme, size), CONFIG);
    if (!this.bound) {
      this.bound = true;
      for (const event of ["plotly_relayouting", "plotly_relayout", "plotly_afterplot"]) {
        this.chart.on(event, () => this.overlay.sync());
      }
    }
    if (moving) await this.#arrive();
  }

  #decorate() {
    if (!this.bound) return; // no room to plot in yet
    this.overlay.setView(this.view, this.theme, () => this.#axes(), this);
    this.hand.settle();
    this.#select(this.view.selected_id ?? null);
    this.root.dataset.rows = this.points.count;
    this.root.dataset.points = this.view.points_url;
  }

  // --- from one map to another ----------------------------------------------------------------

  #moves(place) {
    return this.bound && this.placed.url === this.view.points_url && this.placed.place !== place && !prefersReducedMotion();
  }

  #setOut(size) {
    this.morph.begin(this.#pixels(), size, markerSize(this.points.count), this.view, this.points, this.theme, this.kept);
    this.plot.classList.add("sm-moving");
    this.point(-1);
  }

  async #arrive() {
    this.overlay.sync();
    if (!(await this.morph.run(this.#pixels()))) return;
    this.plot.classList.remove("sm-moving");
    this.root.dataset.journeys = String(Number(this.root.dataset.journeys ?? 0) + 1);
  }

  #pixels() {
    const pixels = new Float32Array(2 * this.points.count);
    for (let row = 0; row < this.points.count; row++) {
      [pixels[2 * row], pixels[2 * row + 1]] = this.pixel(row);
    }
    return pixels;
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

  pixel = (row) => this.overlay.pixel([this.x[row], this.y[row]]);

  #ring(name, row, extra) {
    this.overlay.ring(name, row >= 0 ? [this.x[row], this.y[row]] : null, markerSize(this.points.count) / 2 + extra);
  }

  #select(id) {
    this.selected = id === null ? -1 : this.points.id.indexOf(id);
    this.root.dataset.selected = id ?? "";
    this.#ring("selected", this.selected, 7);
  }

  pick(row) {
    this.#select(this.points.id[row]); // at once, without waiting for the server
    this.hand.cursor = row;
    this.send("pick", { id: this.points.id[row], x: this.x[row], y: this.y[row] });
  }

  clear() {
    this.#select(null);
    this.point(-1);
    this.setLassos({});
    this.send("clear", true);
  }

  setLassos(lassos) {
    if (JSON.stringify(lassos) === JSON.stringify(this.lassos)) return;
    this.lassos = lassos; // at once, too
    return this.#show();
  }

  /** Show the card and the ring of a row, or hide them; says what the card does. */
  point(row, name = "hovered", prefix = "") {
    this.#ring("hovered", name === "hovered" ? row : -1, 3);
    this.#ring("cursor", name === "cursor" ? row : -1, 11);
    if (row < 0) return this.card.hide();
    const lines = describe(this.view, this.points, row);
    const title = prefix + this.points.id[row];
    this.card.show(title, lines, this.pixel(row), [this.plot.clientWidth, this.plot.clientHeight]);
    return [title, ...lines.map((line) => line.join(" "))].join(", ");
  }

  say(text) {
    this.spoken.textContent = text;
  }

  // --- what the hand asks ---------------------------------------------------------------------

  rowAt(pixel, radius) {
    return nearestRow(this.points.count, this.pixel, pixel, radius);
  }

  rowTowards(row, direction) {
    return rowTowards(this.points.count, this.pixel, row, direction);
  }

  inside(polygon) {
    return rowsInside(polygon, this.x, this.y);
  }

  within([px, py]) {
    const { x, y } = this.#axes();
    return px >= x.offset && px <= x.offset + x.length && py >= y.offset && py <= y.offset + y.length;
  }

  middle() {
    const { x, y } = this.#axes();
    return [x.offset + x.length / 2, y.offset + y.length / 2];
  }

  /** Zoom about a pixel; the plot's centre if none is given. */
  zoom(factor, pixel = this.middle()) {
    const { x, y } = this.#axes();
    const about = ([low, high], share) => {
      const fixed = low + share * (high - low);
      return [fixed + (low - fixed) * factor, fixed + (high - fixed) * factor];
    };
    this.Plotly.relayout(this.chart, {
      "xaxis.range": about(x.range, (pixel[0] - x.offset) / x.length),
      "yaxis.range": about(y.range, 1 - (pixel[1] - y.offset) / y.length) });
  }

  dispose() {
    this.disposed = true;
    this.hand.dispose();
    this.resizes.disconnect();
    if (this.bound) this.Plotly.purge(this.chart);
  }
}

export default mountOnce((component) => new Panel(component));
