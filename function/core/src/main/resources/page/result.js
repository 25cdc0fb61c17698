import {percent} from './card.js';
import {byId, element} from './dom.js';
import {place} from './place.js';
import {format, formatAlike, unitAfterNumber, withUnit} from './numbers.js';

const MOST_BARS = 15;

/** Whether the user has asked for all contributions; stays on for later predictions. */
let unfolded = false;

const METHODS = {
  linear: 'Exact: for these values the model is linear.',
  shapley: 'Shapley values, estimated by comparing with rows of the training data.',
};

/**
 * Shows a prediction.
 *
 * @param answer of the function, as text
 * @param warnings one sentence each
 */
export function showPrediction(answer, card, warnings) {
  const {predict, interval, model} = JSON.parse(answer);
  const served = card.name && `${card.name}@${card.version}`;
  const lines = [
    figure(predict, card.target?.unit),
    ...place(predict, interval, card.target?.histogram),
    ...(interval ? [between(interval, card)] : []),
  ];
  lines.push(...warnings.map(text => element('p', {className: 'warning'}, text)));
  if (model !== served) {
    lines.push(element('p', {className: 'warning'},
      `${model ?? 'Another model'} has answered: another revision is taking over. Reload the page to get its form.`));
  }
  byId('prediction').replaceChildren(...lines);
  byId('brief').replaceChildren(element('strong', {}, format(predict)), ' ',
    interval ? `${format(interval[0], 4)} to ${format(interval[1], 4)}` : unitAfterNumber(card.target?.unit ?? ''));
  showOutdated('');
  if (byId('explanation').childElementCount === 0) {
    byId('explanation').append(element('p', {className: 'quiet'}, 'Explaining …'));
  }
  byId('explanation').classList.add('old');
}

/** Shows why the prediction does not match the values in the form; '' if it does. */
export function showOutdated(reason) {
  const outdated = reason !== '' && byId('predict') !== null;
  byId('stale').textContent = outdated ? reason : '';
  byId('stale').hidden = !outdated;
  byId('result').classList.toggle('outdated', outdated);
  byId('brief').classList.toggle('old', outdated);
}

/** Passes the prediction to screen readers, once it has settled. */
export function announce() {
  byId('said').textContent = byId('prediction').querySelector('.figure')?.textContent ?? '';
}

function showInExplanation(...children) {
  byId('explanation').replaceChildren(...children);
  byId('explanation').classList.remove('old');
}

function figure(predict, unit) {
  return element('p', {className: 'figure'},
    element('data', {id: 'predict', value: String(predict)}, format(predict)),
    ...(unit ? [' ', element('span', {className: 'unit'}, unitAfterNumber(unit))] : []));
}

/** The interval in words. */
function between([lower, upper], card) {
  const level = card.interval ? `In ${percent(card.interval.level)} of cases the` : 'The';
  return element('p', {className: 'between'},
    `${level} true value is between `,
    element('data', {id: 'lower', value: String(lower)}, format(lower)), ' and ',
    element('data', {id: 'upper', value: String(upper)}, withUnit(format(upper), card.target?.unit)), '.');
}

/** Shows why there is no prediction. */
export function showNoPrediction() {
  byId('prediction').replaceChildren(element('p', {className: 'quiet'}, 'Nothing was predicted.'));
  byId('brief').replaceChildren();
  showOutdated('');
  showInExplanation();
}

/** Shows why a prediction has no explanation. */
export function showNoExplanation({title, detail}) {
  showInExplanation(
    element('h3', {}, 'What each feature contributes'),
    element('p', {className: 'note'}, element('strong', {}, `${title}.`), ' ', detail ?? ''));
}

/**
 * Draws what each feature contributes, the largest first.
 *
 * @param answer of the function, as text
 * @param valueOf what is in the form, by feature
 */
export function showExplanation(answer, unit, valueOf) {
  const {predict, base, contributions, method} = JSON.parse(answer);
  const sorted = Object.entries(contributions).sort(([, a], [, b]) => Math.abs(b) - Math.abs(a));
  const numbers = sorted.map(([, number]) => number);
  const largest = Math.abs(numbers[0]);
  const signed = formatAlike(largest, 'exceptZero');
  const plain = formatAlike(largest, 'auto');
  const rows = sorted.map(([name, number]) => bar(name, valueOf(name), number, number / (largest || 1), signed));
  const table = element('table', {className: 'bars'},
    element('caption', {}, element('h3', {}, 'What each feature contributes'),
      element('p', {className: 'quiet'}, unit ? `In ${unit}. ` : '',
        'The base is the prediction without knowing any value. ', METHODS[method] ?? method)),
    element('thead', {}, element('tr', {}, ...['Feature', 'Contribution', 'Bar'].map(heading))),
    element('tbody', {}, total('Base', plain(base)), ...fold(rows, numbers, signed)),
    element('tfoot', {}, total('Prediction', plain(predict))));
  showInExplanation(table, ...unfolding(table, rows));
}

function heading(text) {
  return element('th', {scope: 'col', className: `of-${text.toLowerCase()}`}, element('span', {className: 'unseen'}, text));
}

function total(text, number) {
  return element('tr', {className: 'total'},
    element('th', {scope: 'row'}, text),
    element('td', {className: 'number'}, number),
    element('td'));
}

function bar(name, value, number, share, signed) {
  const drawn = element('span', {className: number < 0 ? 'bar down' : 'bar up', 'aria-hidden': 'true'});
  drawn.style.setProperty('--length', `${Math.abs(share) * 50}%`);
  return element('tr', {},
    element('th', {scope: 'row'}, element('bdi', {}, name), ' ', element('bdi', {className: 'value'}, value || 'empty')),
    element('td', {className: 'number', 'data-feature': name, 'data-value': String(number)}, signed(number)),
    element('td', {className: 'drawn'}, drawn));
}

/** With many features, the smallest contributions share one row until the user asks for all. */
function fold(rows, numbers, signed) {
  if (unfolded || rows.length <= MOST_BARS) {
    return rows;
  }
  const rest = numbers.slice(MOST_BARS).reduce((sum, number) => sum + number, 0);
  rows.slice(MOST_BARS).forEach(row => {
    row.hidden = true;
  });
  return [...rows, element('tr', {className: 'rest'},
    element('th', {scope: 'row'}, `${rows.length - MOST_BARS} others`),
    element('td', {className: 'number'}, signed(rest)),
    element('td'))];
}

function unfolding(table, rows) {
  if (unfolded || rows.length <= MOST_BARS) {
    return [];
  }
  const button = element('button', {type: 'button'}, `Show all ${rows.length}`);
  button.addEventListener('click', () => {
    unfolded = true;
    rows.forEach(row => {
      row.hidden = false;
    });
    table.querySelector('.rest').remove();
    button.remove();
    rows[MOST_BARS].tabIndex = -1;
    rows[MOST_BARS].focus();
  });
  return [button];
}
