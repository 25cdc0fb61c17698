import {element} from './dom.js';
import {format, unitAfterNumber} from './numbers.js';

const MOST_ROWS = 200;
const MOST_COLUMNS = 30;

/** The first rows of a file with their predictions, or the first that were refused. */
export class RowTable {
  #first = [];
  #refused = [];

  /** @param names of the columns of the file */
  constructor(names, {target, interval}) {
    this.names = names.slice(0, MOST_COLUMNS);
    this.hidden = names.length - this.names.length;
    this.headings = ['Line', target?.unit ? `Prediction, ${unitAfterNumber(target.unit)}` : 'Prediction',
      ...(interval ? ['Interval'] : []), 'Remarks'];
    this.interval = interval !== undefined;
  }

  add(row) {
    if (this.#first.length < MOST_ROWS) {
      this.#first.push(row);
    }
    if (row.problems.length > 0 && this.#refused.length < MOST_ROWS) {
      this.#refused.push(row);
    }
  }

  /**
   * The table, and a switch for it where some rows were refused.
   *
   * @param rows of the file
   * @param refused how many of them
   */
  shown(rows, refused) {
    const body = element('tbody');
    const caption = element('caption', {className: 'quiet'});
    const fill = onlyRefused => {
      const shown = onlyRefused ? this.#refused : this.#first;
      body.replaceChildren(...shown.map(row => this.#row(row)));
      caption.textContent = this.#extent(shown.length, onlyRefused ? refused : rows);
    };
    const table = element('table', {className: 'rows'}, caption,
      element('thead', {}, element('tr', {}, ...[...this.headings, ...this.names].map(name =>
        element('th', {scope: 'col'}, name)))),
      body);
    const only = element('input', {type: 'checkbox'});
    only.addEventListener('change', () => fill(only.checked));
    fill(false);
    return [
      ...(refused > 0 ? [element('p', {className: 'only'}, element('label', {}, only, ' Only refused rows'))] : []),
      element('div', {className: 'scrolled', role: 'region', tabIndex: 0, 'aria-label': 'Rows and their predictions'}, table),
    ];
  }

  #extent(shown, all) {
    const rows = shown < all ? [`The first ${shown} of ${format(all, 9)} rows; the download has all.`] : [];
    const columns = this.hidden > 0 ? [`${this.hidden} more columns are in the download.`] : [];
    return [...rows, ...columns].join(' ');
  }

  #row({line, cells, answer, problems}) {
    const {predict, interval} = answer ?? {};
    return element('tr', {className: problems.length > 0 ? 'refused' : ''},
      element('th', {scope: 'row'}, String(line)),
      element('td', {className: 'number'}, answer ? format(Number(predict)) : 'Refused'),
      ...(this.interval ? [element('td', {}, interval ? interval.map(bound => format(Number(bound))).join(' to ') : '')] : []),
      element('td', {className: 'remarks'}, problems.join('; ') || unusual(answer)),
      ...this.names.map((_, column) => element('td', {}, cells[column] ?? '')));
  }
}

function unusual({outOfRange = [], unknownCategory = []}) {
  return [
    ...outOfRange.map(name => `${name} outside the training range`),
    ...unknownCategory.map(name => `${name} is an unknown category`),
  ].join('; ');
}
