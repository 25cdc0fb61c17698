import {cell} from './csv.js';
import {post, Refusal} from './requests.js';

const FIRST_CALL = 100;
const MOST_A_CALL = 1000;
const MOST_WAITS = 5;

/** A proxy may answer with the first. */
const BUSY = [429, 503];

/** Parses a response with its numbers as texts, so that the file keeps all digits. */
const digits = (_key, value, context) => typeof value === 'number' ? context?.source ?? String(value) : value;

const nap = () => new Promise(resolve => {
  setTimeout(resolve, 1000);
});

/**
 * Predicts rows in several requests. A request is answered whole or refused whole, so the rows at
 * fault are removed and the others are sent again.
 */
export class Scoring {
  #size = FIRST_CALL;

  /** @param maxRows of a call */
  constructor(rows, maxRows, signal) {
    this.rows = rows;
    this.most = Math.min(maxRows, MOST_A_CALL);
    this.signal = signal;
  }

  /**
   * The next rows, each with an answer, or with the problems for which it is refused; none after the last.
   *
   * @throws Refusal if the function refuses them for another reason than what is in a row
   */
  async next() {
    const part = [];
    this.#size = Math.min(this.#size, this.most);
    while (part.length < this.#size) {
      const row = this.rows.next();
      if (!row) {
        break;
      }
      part.push({...row, problems: row.problem ? [row.problem] : []});
    }
    await this.#predict(part);
    this.#size *= 2;
    return part;
  }

  async #predict(part) {
    let waits = 0;
    let open = part.filter(({problems}) => problems.length === 0);
    while (open.length > 0) {
      try {
        const answers = JSON.parse(await post('predict', `[${open.map(({json}) => json).join(',')}]`, this.signal), digits);
        open.forEach((row, i) => {
          row.answer = answers[i];
        });
        return;
      } catch (failure) {
        if (failure instanceof Refusal && BUSY.includes(failure.problem.status) && waits++ < MOST_WAITS) {
          await nap();
        } else {
          open = await this.#without(failure, open);
        }
      }
    }
  }

  /** The rows to send again. */
  async #without(failure, rows) {
    const {status, errors = []} = failure instanceof Refusal ? failure.problem : {};
    const faults = errors.filter(({row}) => rows[row]);
    if (faults.length > 0) {
      faults.forEach(({row, feature, problem}) => rows[row].problems.push(feature ? `${feature} ${problem}` : problem));
      return rows.filter(({problems}) => problems.length === 0);
    }
    if (status === 413 && rows.length > 1) {
      const half = Math.ceil(rows.length / 2);
      this.most = half;
      await this.#predict(rows.slice(0, half));
      return rows.slice(half);
    }
    throw failure;
  }
}

/** The columns that a result adds to those of the file. */
export class ResultColumns {
  /** @param names of the columns of the file */
  constructor(names, separator) {
    this.separator = separator;
    this.names = ['predict', 'lower', 'upper', 'outOfRange', 'unknownCategory', 'model', 'problem']
      .map(name => unusedName(name, names));
  }

  header() {
    return this.#line(this.names);
  }

  of({answer, problems}) {
    const {predict = '', interval: [lower, upper] = ['', ''], outOfRange = [], unknownCategory = [], model = ''} =
      answer ?? {};
    return this.#line([predict, lower, upper,
      ...[outOfRange.join(';'), unknownCategory.join(';'), model, problems.join('; ')].map(harmless)]);
  }

  #line(texts) {
    return texts.map(text => this.separator + cell(text, this.separator)).join('');
  }
}

/** Names come from the model file, and a spreadsheet would take such a text for a formula. */
const harmless = text => /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;

function unusedName(name, names) {
  let unused = name;
  for (let i = 2; names.includes(unused); i++) {
    unused = `${name}_${i}`;
  }
  return unused;
}
