import {dotChart, lineChart} from './chart.js';
import {byId, element} from './dom.js';
import {format, withUnit} from './numbers.js';
import {post, problemOf} from './requests.js';
import {valuesOf} from './values.js';

/** More points would not make the line smoother. */
const MOST = 50;

/** What-if: the prediction along the range of one feature, in one request. */
export class WhatIf {
  #asking = new AbortController();

  /** @param maxRows of a call */
  constructor(card, form, maxRows) {
    this.unit = card.target?.unit;
    this.form = form;
    this.most = Math.min(maxRows, MOST);
    this.choice = byId('varied');
    this.choice.replaceChildren(...card.features.map(({name}) => element('option', {}, name)));
    this.choice.addEventListener('change', () => this.show());
  }

  /** Shows the chart for this feature, or for the chosen one. */
  async show(name = this.choice.value) {
    this.choice.value = name;
    this.#asking.abort();
    this.#asking = new AbortController();
    try {
      byId('curve').replaceChildren(...await this.#curve(name, this.#asking.signal));
    } catch (failure) {
      if (failure.name !== 'AbortError') {
        const {title, detail} = problemOf(failure);
        byId('curve').replaceChildren(element('p', {className: 'note'}, element('strong', {}, `${title}.`), ' ', detail ?? ''));
      }
    }
  }

  async #curve(name, signal) {
    const field = this.form.field(name);
    const values = valuesOf(field.feature, field.input.value, this.most);
    if (values.length === 0) {
      return [quiet(`The model card lists no categories of ${name}. Type one into its field.`)];
    }
    if (!this.form.isComplete(name)) {
      return [quiet('Fill in the other values first.')];
    }
    const now = field.json();
    const rows = values.map(value => this.form.row(new Map([[name, value]])));
    const answers = JSON.parse(await post('predict', `[${rows.join(',')}]`, signal));
    const points = answers.map(({predict, interval}, i) =>
      ({label: labelOf(values[i]), x: Number(values[i]), predict, interval, now: values[i] === now}));
    return field.isNumber ? this.#line(name, points) : [dotChart(points, name)];
  }

  #line(name, all) {
    const points = all.filter(({x}) => !Number.isNaN(x));
    const without = all.find(({x}) => Number.isNaN(x));
    return [
      lineChart(points),
      quiet(this.#sentence(name, points)),
      ...(without ? [quiet(`Without ${name}: ${this.#number(without.predict)}.`)] : []),
    ];
  }

  /** The line, described in words. */
  #sentence(name, points) {
    const [first, last] = [points[0], points.at(-1)];
    const least = points.reduce((a, b) => b.predict < a.predict ? b : a);
    const greatest = points.reduce((a, b) => b.predict > a.predict ? b : a);
    if (least.predict === greatest.predict) {
      return `${name} from ${first.label} to ${last.label} makes no difference to ${this.#number(first.predict)}.`;
    }
    const extremes = [['lowest', least], ['highest', greatest]]
      .filter(([, {predict}]) => predict !== first.predict && predict !== last.predict)
      .map(([word, point]) => `; ${word} ${format(point.predict)} at ${point.label}`);
    return `${name} from ${first.label} to ${last.label}: predicted from ${format(first.predict)} to`
      + ` ${this.#number(last.predict)}${extremes.join('')}.`;
  }

  #number(value) {
    return withUnit(format(value), this.unit);
  }
}

const quiet = text => element('p', {className: 'quiet'}, text);

function labelOf(value) {
  if (value === undefined) {
    return 'missing';
  }
  return value.startsWith('"') ? JSON.parse(value) || 'empty' : value === 'true' || value === 'false' ? value : format(Number(value));
}
