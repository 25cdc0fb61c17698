import {byId} from './dom.js';
import {Live} from './live.js';
import {post, problemOf} from './requests.js';
import {announce, showExplanation, showNoExplanation, showNoPrediction, showOutdated, showPrediction} from './result.js';

/** Predicts and explains the values of the form: when it is submitted, and while they change. */
export class Predictions {
  #predicting = new AbortController();
  #explaining = new AbortController();
  #live = new Live(() => this.#follow(), () => this.#explain());

  /** The last prediction; undefined if the function refused it. */
  #predicted;

  /** @param onRest called with each prediction that no other follows at once */
  constructor(card, form, onRest) {
    this.card = card;
    this.form = form;
    this.onRest = onRest;
  }

  /** Call this when a value of the form has changed. */
  change() {
    this.#explaining.abort();
    if (this.form.isComplete()) {
      this.#live.change();
    } else {
      this.#live.skip();
      showOutdated('Some values are still missing.');
    }
  }

  /** Predicts; shows faults at their fields and focuses the first. */
  async send() {
    this.#live.skip();
    this.#explaining.abort();
    try {
      await this.#predict();
      this.form.showProblem(undefined);
      bringIntoView(byId('result'));
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        showNoPrediction();
        this.form.showProblem(problemOf(failure));
      }
      return;
    }
    await this.#explain();
  }

  /** A value may be invalid while it is being typed, so faults are not shown. */
  async #follow() {
    try {
      await this.#predict();
      this.form.showProblem(undefined); // For example, that the function could not be reached.
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        showOutdated(`${problemOf(failure).title}. Press Predict to see more.`);
      }
    }
  }

  async #predict() {
    this.#predicting.abort();
    this.#predicting = new AbortController();
    this.#predicted = undefined;
    const row = this.form.row();
    const texts = this.form.texts();
    const answer = await post('predict', row, this.#predicting.signal);
    const prediction = JSON.parse(answer);
    showPrediction(answer, this.card, this.form.warnings(prediction));
    if (row === this.form.row()) { // Otherwise the next prediction marks the fields.
      this.form.warn(prediction);
    }
    this.#predicted = {row, texts};
  }

  /** A prediction is shown even if its explanation fails. */
  async #explain() {
    if (!this.#predicted) {
      return;
    }
    announce();
    this.onRest();
    const {row, texts} = this.#predicted;
    this.#explaining = new AbortController();
    try {
      const answer = await post('explain', row, this.#explaining.signal);
      showExplanation(answer, this.card.target?.unit, name => texts.get(name));
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        showNoExplanation(problemOf(failure));
      }
    }
  }
}

/** On a narrow screen, the result is below the form. */
function bringIntoView(section) {
  const {top} = section.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) {
    section.scrollIntoView();
  }
}
