/** Changes within this time, in ms, go into one request. */
const PAUSE = 80;

/** Time without a change after which the values count as settled, in ms. */
const QUIET = 300;

/**
 * Follows values that change faster than a function responds: one request at a time, and the last
 * value wins. Slower work waits until the values are settled.
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

  /** Call this when a value has changed. */
  change() {
    clearTimeout(this.#resting);
    this.#changed = true;
    if (!this.#running) {
      this.#run();
    }
  }

  /** Drops the pending changes, because another request covers them. */
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
