/** Milliseconds in which changes are gathered into one request. */
const PAUSE = 80;

/** Milliseconds without a change after which the values rest. */
const QUIET = 300;

/**
 * Follows values that change faster than a function answers: one request at a time, and the last value wins. What
 * takes longer waits until the values rest.
 */
export class Live {
  #changed = false;
  #running = false;
  #followed = false;
  #resting;

  /**
   * @param follow called soon after a change, and again only once its promise is settled
   * @param rest called once nothing has changed for a while
   */
  constructor(follow, rest) {
    this.follow = follow;
    this.rest = rest;
  }

  /** To be called when a value has changed. */
  change() {
    clearTimeout(this.#resting);
    this.#changed = true;
    if (!this.#running) {
      this.#run();
    }
  }

  /** Forgets the changes so far: somebody else takes care of them. */
  skip() {
    clearTimeout(this.#resting);
    this.#changed = false;
    this.#followed = false;
  }

  async #run() {
    this.#running = true;
    while (this.#changed) {
      await new Promise(resolve => {
        setTimeout(resolve, PAUSE);
      });
      if (this.#changed) {
        this.#changed = false;
        this.#followed = true;
        await this.follow();
      }
    }
    this.#running = false;
    if (this.#followed) {
      this.#resting = setTimeout(this.rest, QUIET);
    }
  }
}
