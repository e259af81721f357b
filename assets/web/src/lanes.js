// Branches of a tree as lanes: a question's first follower stays beside it, later ones branch off.

/** Lane of every node, given each node's parent (null for a root); parents come first. */
export function lanes(parents) {
  const lane = [];
  const followed = new Set();
  let last = -1;
  parents.forEach((parent, i) => {
    const goesOn = parent !== null && !followed.has(parent);
    lane[i] = goesOn ? lane[parent] : ++last;
    if (parent !== null) followed.add(parent);
  });
  return lane;
}
