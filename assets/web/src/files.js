// Published files of numbers.

const files = new Map();

/** A published file of float32 numbers, fetched once. */
export function numbers(url) {
  if (!files.has(url)) {
    const asked = fetch(new URL(url, document.baseURI), { cache: "force-cache" }).then(async (answer) => {
      if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
      return new Float32Array(await answer.arrayBuffer());
    });
    asked.catch(() => files.delete(url)); // a failure is not remembered
    files.set(url, asked);
  }
  return files.get(url);
}
