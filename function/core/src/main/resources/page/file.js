import {CsvFault} from './csv.js';
import {byId, element} from './dom.js';
import {format} from './numbers.js';
import {problemOf} from './requests.js';
import {CsvRows} from './rows.js';
import {ResultColumns, Scoring} from './scoring.js';
import {RowTable} from './rowtable.js';

const MOST_BYTES = 100e6;

let current = new AbortController();
let download;

/**
 * Predicts the rows of a file in CSV: shows them as a table, and offers the file with the predictions.
 *
 * @param maxRows of a call
 */
export async function predictFile(file, card, maxRows) {
  current.abort();
  current = new AbortController();
  const {signal} = current;
  byId('rows-problem').replaceChildren();
  byId('rows-table').replaceChildren();
  try {
    const rows = new CsvRows(await textOf(file), card.features);
    await predictRows(rows, new Result(file.name, rows, card), new Scoring(rows, maxRows, signal), signal);
  } catch (failure) {
    if (failure.name !== 'AbortError') {
      showProblem(failure instanceof CsvFault
        ? {title: `${file.name} cannot be read`, detail: failure.message}
        : problemOf(failure));
      say('');
    }
  }
}

/** Shows a problem; earlier predictions stay. */
function showProblem({title, detail}) {
  byId('rows-problem').replaceChildren(
    element('p', {className: 'alert', role: 'alert'}, element('strong', {}, `${title}.`), ' ', detail ?? ''));
}

const say = text => {
  byId('rows-status').textContent = text;
};

async function textOf(file) {
  if (file.size > MOST_BYTES) {
    throw new CsvFault(`It has ${format(file.size / 1e6, 3)} MB, but this page takes at most ${MOST_BYTES / 1e6} MB. Split it.`);
  }
  const bytes = await bytesOf(file);
  try {
    return new TextDecoder('utf-8', {fatal: true, ignoreBOM: true}).decode(bytes);
  } catch (failure) {
    throw failure instanceof TypeError ? new CsvFault('It is not in UTF-8. Save it as "CSV UTF-8".') : failure;
  }
}

async function bytesOf(file) {
  try {
    return await file.arrayBuffer();
  } catch { // It is a folder, or has been changed or removed since it was chosen.
    throw new CsvFault('The browser cannot read it. Choose a file, not a folder; if it has changed, choose it again.');
  }
}

async function predictRows(rows, result, scoring, signal) {
  const progress = element('progress', {value: 0, 'aria-label': 'Rows predicted'});
  const stop = element('button', {type: 'button'}, 'Stop');
  const bar = element('p', {className: 'running'}, progress, stop);
  stop.addEventListener('click', () => current.abort());
  byId('rows-table').replaceChildren(bar);
  say('Predicting …');
  try {
    for (let part = await scoring.next(); part.length > 0; part = await scoring.next()) {
      result.add(part);
      progress.value = part.at(-1).share;
    }
    say(result.summary(''));
  } catch (failure) {
    if (current.signal === signal) { // No other file has been chosen since.
      say(result.summary(' before it stopped'));
    }
    throw failure;
  } finally {
    if (current.signal === signal) {
      byId('rows-table').replaceChildren(...result.shown());
    }
  }
}

/** Shows the predictions as a table and offers them as a file. */
class Result {
  #predicted = 0;
  #refused = 0;

  constructor(fileName, rows, card) {
    this.fileName = fileName.replace(/(\.csv)?$/i, '-predicted.csv');
    this.rows = rows;
    this.columns = new ResultColumns(rows.names, rows.separator);
    this.table = new RowTable(rows.names, card);
    this.parts = [rows.mark + rows.header + this.columns.header() + rows.lineBreak];
  }

  add(part) {
    const refused = part.filter(({problems}) => problems.length > 0).length;
    this.#refused += refused;
    this.#predicted += part.length - refused;
    part.forEach(row => this.table.add(row));
    this.parts.push(part.map(row => row.text + this.columns.of(row) + this.rows.lineBreak).join(''));
  }

  summary(stopped) {
    const count = number => format(number, 9);
    return `${count(this.#predicted)} ${this.#predicted === 1 ? 'row' : 'rows'} predicted, ${count(this.#refused)} refused${stopped}.`;
  }

  shown() {
    if (this.#predicted + this.#refused === 0) {
      return [];
    }
    URL.revokeObjectURL(download);
    download = URL.createObjectURL(new Blob(this.parts, {type: 'text/csv'}));
    return [
      element('p', {}, element('a', {href: download, download: this.fileName, className: 'button'}, `Download ${this.fileName}`)),
      ...this.table.shown(this.#predicted + this.#refused, this.#refused),
    ];
  }
}
