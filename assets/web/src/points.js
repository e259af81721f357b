// The points of an atlas: fetched once per address, shared by all panels of the page.

const files = new Map();

function decode(buffer) {
  const headerLength = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, headerLength)));
  const { count, numbers, texts } = header;
  const base = 4 + headerLength;
  const columns = Object.fromEntries(numbers.map((name, i) =>
    [name, new Float32Array(buffer, base + 4 * count * i, count)]));
  return { count, numbers: columns, texts, id: texts.id };
}

async function load(url) {
  // The name is a hash of the content, so a cached copy is never out of date.
  const answer = await fetch(new URL(url, document.baseURI), { cache: "force-cache" });
  if (!answer.ok) throw new Error(`the server answered ${answer.status} for ${url}`);
  return decode(await answer.arrayBuffer());
}

/** The points behind an address. A failed fetch is forgotten, so that a retry can succeed. */
export function fetchPoints(url) {
  if (!files.has(url)) {
    const promise = load(url);
    promise.catch(() => files.delete(url));
    files.set(url, promise);
  }
  return files.get(url);
}

const fields = new Map();

/** A value field, {arrows, isolines}, from its address; the name is a hash here too. */
export function fetchField(url) {
  if (!url) return null;
  if (!fields.has(url)) {
    const promise = fetch(new URL(url, document.baseURI), { cache: "force-cache" }).then((answer) => {
      if (!answer.ok) throw new Error(`the server answered ${answer.status} for ${url}`);
      return answer.json();
    });
    promise.catch(() => fields.delete(url));
    fields.set(url, promise);
  }
  return fields.get(url);
}

/** Rows named by a bit mask in base 64, as a 0 or 1 per row. */
export function unpackRows(text, count) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return Uint8Array.from({ length: count }, (_, row) => (bytes[row >> 3] >> (7 - (row & 7))) & 1);
}

/** A number column, or an error that says which there are. */
export function column(points, name) {
  const values = points.numbers[name];
  if (!values) throw new Error(`there is no number column "${name}"; the file has ${Object.keys(points.numbers).join(", ")}`);
  return values;
}

/** Lowest and highest finite value. */
export function extent(values) {
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 1];
}

/** Row nearest to a pixel within `radius` of it, or −1. `pixel(row)` gives a row's [x, y]. */
export function nearestRow(count, pixel, [x, y], radius) {
  let best = radius * radius;
  let found = -1;
  for (let row = 0; row < count; row++) {
    const [px, py] = pixel(row);
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance <= best) [best, found] = [distance, row];
  }
  return found;
}

/** The next row in a direction (dx, dy: −1, 0 or 1, in pixels): near, and little off to the side. */
export function rowTowards(count, pixel, from, [dx, dy]) {
  const [x, y] = pixel(from);
  let best = Infinity;
  let found = from;
  for (let row = 0; row < count; row++) {
    const [px, py] = pixel(row);
    const along = (px - x) * dx + (py - y) * dy;
    const aside = Math.abs((px - x) * dy) + Math.abs((py - y) * dx);
    if (along <= 0.5 || aside > along) continue; // only the quarter of the plane that way
    if (along + 2 * aside < best) [best, found] = [along + 2 * aside, row];
  }
  return found;
}

/** Even–odd rule: whether a ray to the right crosses the outline oddly often; as backend/atlas/groups.py. */
function insidePolygon(polygon, x, y) {
  let inside = false;
  for (let i = 0, j = polygon.length - 1; i < polygon.length; j = i++) {
    const [[ax, ay], [bx, by]] = [polygon[j], polygon[i]];
    if (ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)) inside = !inside;
  }
  return inside;
}

/** Rows inside a polygon, for the preview and the grey; who counts is the server's to say. */
export function rowsInside(polygon, x, y) {
  const rows = [];
  for (let row = 0; row < x.length; row++) if (insidePolygon(polygon, x[row], y[row])) rows.push(row);
  return rows;
}
