import {cell, CsvFault, records} from './csv.js';
import {literal, object} from './numbers.js';

const BYTE_ORDER_MARK = '\ufeff';

/** Characters of a name that a message shows. */
const MOST_OF_NAME = 80;

/**
 * The rows of a file in CSV. The first record has the names of the columns; one that is no feature is left alone.
 */
export class CsvRows {
  /**
   * @param text of the file
   * @param features of the model
   * @throws CsvFault if the header cannot be used
   */
  constructor(text, features) {
    this.mark = text.startsWith(BYTE_ORDER_MARK) ? BYTE_ORDER_MARK : '';
    this.text = text.slice(this.mark.length);
    this.separator = separatorOf(this.text, features);
    this.records = records(this.text, this.separator);
    const {value: header} = this.records.next();
    if (header.defect) {
      throw new CsvFault(`Its header ${header.defect}.`);
    }
    this.names = header.cells;
    this.header = this.text.slice(header.start, header.end);
    this.lineBreak = this.text[header.end] === '\r' ? '\r\n' : '\n';
    this.columns = columnsOf(this.names, features);
  }

  /**
   * The next row.
   *
   * @return its line, its cells and share, how much of the file is read; json is what the function is asked for, or
   *   problem says why it cannot be; undefined after the last row
   * @throws CsvFault if a quoted cell does not end
   */
  next() {
    const {value: record, done} = this.records.next();
    if (done) {
      return undefined;
    }
    const {line, cells, quoted, start, end} = record;
    const problem = record.defect || (cells.length === this.names.length ? ''
      : `has ${cells.length} ${cells.length === 1 ? 'cell' : 'cells'}, must have ${this.names.length} as the header has`);
    const json = problem ? '' : object(this.columns.map(([column, feature]) =>
      [feature.name, jsonOf(feature, cells[column], quoted[column])]));
    return {line, cells, json, problem, text: this.#outOf(record, start, end), share: end / this.text.length};
  }

  /**
   * A record as the first columns of a result: unchanged, unless its number of cells differs from
   * the header's.
   */
  #outOf({cells, defect}, start, end) {
    const text = this.text.slice(start, end);
    const lacking = this.names.length - cells.length;
    return lacking < 0 || defect
      ? cell(text, '"') + this.separator.repeat(this.names.length - 1)
      : text + this.separator.repeat(lacking);
  }
}

/**
 * The separator that finds the most features in the header, because spreadsheets do not always
 * write commas.
 */
function separatorOf(text, features) {
  const names = new Set(features.map(({name}) => name));
  const found = separator => {
    const header = records(text, separator).next().value;
    if (!header) {
      throw new CsvFault('It is empty. It must begin with a header.');
    }
    return header.cells.filter(name => names.has(name)).length;
  };
  const [best] = [',', ';', '\t'].map(separator => [separator, found(separator)]).sort(([, a], [, b]) => b - a);
  return best[0];
}

/** The column of each feature. */
function columnsOf(names, features) {
  const seen = new Set();
  const twice = names.find(name => seen.size === seen.add(name).size);
  if (twice !== undefined) {
    throw new CsvFault(`It has two columns "${shortened(twice)}".`);
  }
  const missing = features.filter(({name, missing: may}) => may !== 'allowed' && !names.includes(name));
  if (missing.length > 0) {
    throw new CsvFault(`It has no column ${listOf(missing.map(({name}) => name))}. Its columns are ${listOf(names)}.`
      + ' The first line must have the names of the features.');
  }
  return features.map(feature => [names.indexOf(feature.name), feature]).filter(([column]) => column >= 0);
}

function listOf(names) {
  const shown = names.slice(0, 10).map(name => `"${shortened(name)}"`).join(', ');
  return names.length > 10 ? `${shown} and ${names.length - 10} more` : shown;
}

/** What is not CSV may be one name of many megabytes, which takes the browser seconds to show. */
const shortened = name => name.length > MOST_OF_NAME ? `${name.slice(0, MOST_OF_NAME)}…` : name;

/**
 * A cell as JSON, a number digit by digit; undefined for a missing value. Only "" in quotes is an
 * empty text.
 */
function jsonOf({type}, text, quoted) {
  if (text === '' && !(quoted && type === 'string')) {
    return undefined;
  }
  if (type === 'string') {
    return JSON.stringify(text);
  }
  return type === 'bool' && (text === 'true' || text === 'false') ? text : literal(text);
}
