// The plotly part of a panel: points, axes, zoom and pan. Everything else is the overlay's.

import { column, extent } from "./points.js";
import { alpha, mix, scaleOf } from "./theme.js";

const RANGE_PAD = 0.06;

let library = null;

/** plotly.js from its address, once per page. */
export function loadPlotly(url) {
  library ??= new Promise((resolve, reject) => {
    if (window.Plotly) return resolve(window.Plotly);
    const script = document.createElement("script");
    script.src = new URL(url, document.baseURI).href;
    script.onload = () => resolve(window.Plotly);
    script.onerror = () => {
      library = null;
      reject(new Error(`${url} did not load`));
    };
    document.head.append(script);
  });
  return library;
}

const hasWebGL = () => {
  const gl = document.createElement("canvas").getContext("webgl");
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return Boolean(gl);
};
let gl = null;

/** Point diameter in pixels: many points are drawn smaller. */
export const markerSize = (count) => (count <= 600 ? 9 : count <= 3000 ? 7 : count <= 20000 ? 5 : 3.5);

/** The range a reset goes back to: all points, with a little air. */
export function homeRange(values) {
  const [low, high] = extent(values);
  const pad = RANGE_PAD * (high - low || 1);
  return [low - pad, high + pad];
}

function take(values, rows) {
  return Float32Array.from(rows, (row) => values[row]);
}

export function colourRange(view, points) {
  if (!view.colour_column) return null;
  return view.colour_range ?? extent(column(points, view.colour_column));
}

/** Traces from bottom to top: grey context, coloured points, rings of the held-out ones. */
export function traces(view, points, theme) {
  gl ??= hasWebGL();
  const [x, y] = [column(points, view.x_column), column(points, view.y_column)];
  const size = markerSize(points.count);
  const colour = view.colour_column ? column(points, view.colour_column) : null;
  const held = view.held_out_column ? column(points, view.held_out_column) : null;
  const rows = Array.from({ length: points.count }, (_, row) => row);
  const coloured = colour ? rows.filter((row) => Number.isFinite(colour[row])) : [];
  const grey = colour ? rows.filter((row) => !Number.isFinite(colour[row])) : rows;
  const layer = (chosen, marker) => ({
    type: gl ? "scattergl" : "scatter", mode: "markers", hoverinfo: "skip",
    x: take(x, chosen), y: take(y, chosen), marker: { size, ...marker },
  });
  const [low, high] = colourRange(view, points) ?? [0, 1];
  const scale = scaleOf([low, high]);
  // A rim sets overlapping points apart, and on a dark page lifts the scale's dark end off it.
  const rim = { color: mix(theme.background, theme.text, theme.dark ? 0.42 : 0.25), width: size > 4 ? 0.7 : 0 };
  return [
    layer(grey, { color: mix(theme.background, theme.text, 0.38), opacity: 0.8, line: rim }),
    layer(coloured, {
      color: colour ? take(colour, coloured) : [], cmin: low, cmax: high, opacity: 0.92, line: rim,
      colorscale: scale.map((value, i) => [i / (scale.length - 1), value]),
    }),
    layer(held ? rows.filter((row) => held[row] > 0) : [], {
      symbol: "circle-open", size: size + 5, color: theme.text, line: { color: theme.text, width: 1.4 },
    }),
  ];
}

function axis(title, range, theme) {
  const soft = mix(theme.text, theme.background, 0.25);
  const common = { range: [...range], zeroline: false, fixedrange: false };
  if (!title) return { ...common, visible: false };
  return {
    ...common, title: { text: title, font: { size: 13, color: theme.text }, standoff: 6 },
    tickfont: { size: 12, color: soft }, gridcolor: alpha(theme.text, 0.08), linecolor: alpha(theme.text, 0.25),
    showline: true, ticks: "outside", ticklen: 4, tickcolor: alpha(theme.text, 0.25),
    nticks: 6, exponentformat: "none", separatethousands: true, automargin: true,
  };
}

export function layout(view, home, theme, [width, height]) {
  const bare = !view.x_title && !view.y_title;
  return {
    width, height, uirevision: [view.points_url, view.x_column, view.y_column].join(" "),
    margin: bare ? { l: 0, r: 0, t: 0, b: 0 } : { l: 62, r: 14, t: 8, b: 46 },
    paper_bgcolor: "rgba(0, 0, 0, 0)", plot_bgcolor: "rgba(0, 0, 0, 0)",
    font: { family: theme.font, color: theme.text }, separators: ".,",
    dragmode: "pan", hovermode: false, showlegend: false,
    xaxis: axis(view.x_title, home.x, theme), yaxis: axis(view.y_title, home.y, theme),
  };
}

export const CONFIG = { displayModeBar: false, scrollZoom: true, doubleClick: false, showTips: false };
