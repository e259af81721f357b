// Colours of the page, read from Streamlit's custom properties, and the fixed colours of roles.

/** One accent means "target" and "steered" everywhere in the app. */
export const ACCENT = "#ff5c39";

export const ROLE = {
  start: { name: "Start", light: "#7f8a99", dark: "#9aa6b6" },
  steered: { name: "Steered", light: ACCENT, dark: ACCENT },
  nearest: { name: "Nearest policy", light: "#4f7fc2", dark: "#6f9bdc" },
  other: { name: "Other", light: "#1f8f7f", dark: "#4fc0ae" },
};

/** Viridis in nine steps: even in lightness, safe for colour-blind eyes. */
const VIRIDIS = ["#440154", "#472d7b", "#3b528b", "#2c728e", "#21918c", "#28ae80",
  "#5ec962", "#addc30", "#fde725"];

/** Brewer's purple to orange over a grey that shows on light and dark pages: too little, too much. */
const PURPLE_ORANGE = ["#542788", "#8073ac", "#b2abd2", "#c3c6cc", "#fdb863", "#e08214", "#b35806"];

/** The colours of a range: two-sided where it is even about zero, as differences are. */
export const scaleOf = ([low, high]) => (low === -high ? PURPLE_ORANGE : VIRIDIS);

const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

/** Any CSS colour as [r, g, b], each 0 to 255. */
export function rgb(colour) {
  probe.clearRect(0, 0, 1, 1);
  probe.fillStyle = colour;
  probe.fillRect(0, 0, 1, 1);
  return [...probe.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

/** The colour at a given opacity. */
export const alpha = (colour, opacity) => `rgba(${rgb(colour).join(", ")}, ${opacity})`;

/** A mix of two colours; 0 gives the first, 1 the second. */
export function mix(first, second, share) {
  const [a, b] = [rgb(first), rgb(second)];
  return `rgb(${a.map((v, i) => Math.round(v + (b[i] - v) * share)).join(", ")})`;
}

/** Page colours at this node. The node must be inside the mounted component. */
export function readTheme(node) {
  const style = getComputedStyle(node);
  const property = (name, otherwise) => style.getPropertyValue(name).trim() || otherwise;
  const background = property("--st-background-color", "#ffffff");
  const [red, green, blue] = rgb(background);
  const dark = 0.299 * red + 0.587 * green + 0.114 * blue < 128;
  return {
    dark,
    background,
    secondary: property("--st-secondary-background-color", dark ? "#262730" : "#f0f2f6"),
    text: property("--st-text-color", dark ? "#fafafa" : "#31333f"),
    font: property("--st-font", "sans-serif"),
    role: (name) => ROLE[name][dark ? "dark" : "light"],
    of: ({ colour, role }) => colour ?? ROLE[role][dark ? "dark" : "light"],
  };
}
