// A colour scale as a table of 256 colours, for pictures made pixel by pixel.

import { rgb } from "./theme.js";

/** `stops`: CSS colours, evenly spaced. Gives [r, g, b] for a share from 0 to 1. */
export function ramp(stops) {
  const known = stops.map(rgb);
  const table = Array.from({ length: 256 }, (_, i) => {
    const at = (i / 255) * (known.length - 1);
    const low = Math.min(known.length - 2, Math.floor(at));
    return known[low].map((value, channel) => Math.round(value + (known[low + 1][channel] - value) * (at - low)));
  });
  return (share) => table[Math.round(Math.min(1, Math.max(0, share)) * 255)];
}

/** A canvas of `columns` × `rows` cells, `shareOf(column, row)` coloured; row 0 is at the bottom. */
export function mosaic(columns, rows, shareOf, colourOf) {
  const canvas = new OffscreenCanvas(columns, rows);
  const g = canvas.getContext("2d");
  const image = g.createImageData(columns, rows);
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      image.data.set([...colourOf(shareOf(column, row)), 255], 4 * ((rows - 1 - row) * columns + column));
  g.putImageData(image, 0, 0);
  return canvas;
}
