// What is known to be attainable, and the band of one objective inside it.
// The same rule as backend/steering/reachable.py; tests/browser/test_cockpit.py compares them.

const files = new Map();

async function load(url, dim) {
  const answer = await fetch(new URL(url, document.baseURI), { cache: "force-cache" });
  if (!answer.ok) throw new Error(`the server answered ${answer.status} for ${url}`);
  return { dim, returns: new Float32Array(await answer.arrayBuffer()) };
}

/** Known returns, row by row, behind an address. A failed fetch is forgotten. */
export function fetchReach(url, dim) {
  if (!files.has(url)) {
    const promise = load(url, dim);
    promise.catch(() => files.delete(url));
    files.set(url, promise);
  }
  return files.get(url);
}

/** Whether a return keeps an aim within the tolerances that success is judged by. */
function keeps(value, { mode, value: asked }, extent, { target_tolerance, bound_tolerance }) {
  if (mode === "free") return true;
  if (mode === "at least") return asked - value <= bound_tolerance * extent;
  if (mode === "at most") return value - asked <= bound_tolerance * extent;
  return Math.abs(value - asked) <= target_tolerance * extent;
}

/** [low, high] of objective i over all known returns that keep the other aims, or null. */
export function bandOf({ returns, dim }, aims, view, i) {
  let [low, high] = [Infinity, -Infinity];
  for (let row = 0; row < returns.length; row += dim) {
    let kept = true;
    for (let j = 0; j < dim && kept; j++) {
      if (j !== i) kept = keeps(returns[row + j], aims[j], view.rows[j].extent, view);
    }
    if (!kept) continue;
    low = Math.min(low, returns[row + i]);
    high = Math.max(high, returns[row + i]);
  }
  return low <= high ? [low, high] : null;
}
