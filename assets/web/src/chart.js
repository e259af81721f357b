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

const GREY_SHARE = 0.38; // of the text's colour in the background's
const OUTSIDE_OPACITY = 0.42; // of policies outside every lasso

const grey = (theme) => mix(theme.background, theme.text, GREY_SHARE);

/** Rows by how they are drawn: outside the lassos, without a value, with a colour. */
function sorted(view, points, kept) {
  const colour = view.colour_column ? column(points, view.colour_column) : null;
  const parts = { outside: [], plain: [], coloured: [] };
  for (let row = 0; row < points.count; row++) {
    if (kept && !kept[row]) parts.outside.push(row);
    else (colour && Number.isFinite(colour[row]) ? parts.coloured : parts.plain).push(row);
  }
  return parts;
}

/**
 * Traces from bottom to top: grey context, coloured points, rings of the held-out ones. `kept` has a 1
 * for each row inside a lasso; null keeps all.
 */
export function traces(view, points, theme, kept) {
  gl ??= hasWebGL();
  const [x, y] = [column(points, view.x_column), column(points, view.y_column)];
  const size = markerSize(points.count);
  const colour = view.colour_column ? column(points, view.colour_column) : null;
  const held = view.ringed_column ? column(points, view.ringed_column) : [];
  const { outside, plain, coloured } = sorted(view, points, kept);
  const layer = (chosen, marker) => ({
    type: gl ? "scattergl" : "scatter", mode: "markers", hoverinfo: "skip",
    x: take(x, chosen), y: take(y, chosen), marker: { size, ...marker },
  });
  const [low, high] = colourRange(view, points) ?? [0, 1];
  const scale = scaleOf([low, high]);
  // A rim sets overlapping points apart, and on a dark page lifts the scale's dark end off it.
  const rim = { color: mix(theme.background, theme.text, theme.dark ? 0.42 : 0.25), width: size > 4 ? 0.7 : 0 };
  return [
    layer(plain, { color: grey(theme), opacity: 0.8, line: rim }),
    layer(outside, { color: grey(theme), opacity: OUTSIDE_OPACITY, size: size * 0.8 }),
    layer(coloured, {
      color: colour ? take(colour, coloured) : [], cmin: low, cmax: high, opacity: 0.92, line: rim,
      colorscale: scale.map((value, i) => [i / (scale.length - 1), value]),
    }),
    layer([...plain, ...coloured].filter((row) => held[row] > 0), {
      symbol: "circle-open", size: size + 5, color: theme.text, line: { color: theme.text, width: 1.4 },
    }),
  ];
}

const NUM_SHADES = 48;

/** [colour, rows] of all points, in few enough colours to be drawn one after the other. */
export function rowColours(view, points, theme, kept) {
  const { outside, plain, coloured } = sorted(view, points, kept);
  const colour = view.colour_column ? column(points, view.colour_column) : null;
  const [low, high] = colourRange(view, points) ?? [0, 1];
  const scale = scaleOf([low, high]);
  const shades = Array.from({ length: NUM_SHADES }, (_, i) => {
    const at = (i / (NUM_SHADES - 1)) * (scale.length - 1);
    const before = Math.min(Math.floor(at), scale.length - 2);
    return [mix(scale[before], scale[before + 1], at - before), []];
  });
  for (const row of coloured) {
    const share = (colour[row] - low) / (high - low || 1);
    shades[Math.round(Math.min(1, Math.max(0, share)) * (NUM_SHADES - 1))][1].push(row);
  }
  return [[mix(theme.background, grey(theme), OUTSIDE_OPACITY), outside], [grey(theme), plain], ...shades];
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
