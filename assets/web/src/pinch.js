// Two-finger zoom: plotly knows wheel and one-finger pan, but takes a pinch for a pan.

import { clamp } from "./dom.js";

const MAX_STEP = 1.5; // per event, against a finger that jumps

function fingers(event, node) {
  const box = node.getBoundingClientRect();
  const [a, b] = event.touches;
  return {
    middle: [(a.clientX + b.clientX) / 2 - box.left, (a.clientY + b.clientY) / 2 - box.top],
    apart: Math.max(1, Math.hypot(a.clientX - b.clientX, a.clientY - b.clientY)),
  };
}

/** Calls `zoom(factor, [x, y])` while two fingers move on `node`; a factor below 1 zooms in. */
export function onPinch(node, signal, zoom) {
  let last = null;
  // Heard on the window before plotly hears them on the document, and kept from it.
  const options = { capture: true, passive: false, signal };
  window.addEventListener("touchstart", (event) => {
    if (event.touches.length !== 2 || !node.contains(event.target)) return;
    last = fingers(event, node);
    event.stopImmediatePropagation();
  }, options);
  window.addEventListener("touchmove", (event) => {
    if (!last) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.touches.length !== 2) return;
    const now = fingers(event, node);
    zoom(clamp(last.apart / now.apart, 1 / MAX_STEP, MAX_STEP), now.middle);
    last = now;
  }, options);
  for (const end of ["touchend", "touchcancel"]) {
    window.addEventListener(end, (event) => {
      if (event.touches.length < 1) last = null;
    }, options);
  }
}
