// What a component has told Python and Python has not answered yet. Until it has, the hand is right.
//
// Every question is answered twice, by the solver and then by rollouts, and a person goes on meanwhile:
// an older answer must not take back what was asked since.

export class Told {
  /** `same(one, other)`: whether two of its words say the same. */
  constructor(same = (one, other) => one === other) {
    Object.assign(this, { same, words: [] });
  }

  /** The last that was said, else what Python shows. */
  last(shown) { return this.words.at(-1) ?? shown; }

  say(word) { this.words.push(word); }

  get waits() { return this.words.length > 0; }

  /** Whether Python's word counts: it has heard the last of what was said, or moves on its own. */
  answered(word, before) {
    const heard = this.words.findLastIndex((said) => this.same(said, word)); // Python may skip some
    if (heard < 0 && this.words.length && before !== undefined && this.same(before, word)) return false;
    this.words = heard < 0 ? [] : this.words.slice(heard + 1);
    return !this.waits;
  }
}
