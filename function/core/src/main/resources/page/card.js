import {byId, element} from './dom.js';
import {format, withUnit} from './numbers.js';

/** Shows the model card; without one, only that there is none. */
export function showCard(card) {
  const {target, interval} = card;
  const metrics = card.held_out ?? card.metrics;
  if (card.name) {
    byId('name').replaceChildren(card.name, ' ', element('span', {className: 'version'}, card.version));
    document.title = card.name;
  }
  byId('target').textContent = target
    ? `Predicts ${target.name}${target.unit ? ` in ${target.unit}` : ''}. ${target.description ?? ''}`
    : 'This model file has no card: only its inputs are known.';
  byId('description').textContent = card.description ?? '';
  fill(byId('facts'), [
    ['R²', metrics && format(metrics.r2, 4)],
    ['RMSE', metrics && withUnit(format(metrics.rmse, 4), target.unit)],
    ['MAE', metrics && withUnit(format(metrics.mae, 4), target.unit)],
    ['Measured on', metrics && measured(metrics)],
    ['Interval', interval && percent(interval.level)],
    ['Trained', card.trained_at && date(card.trained_at)],
    ['Rows go through', card['x-definition']],
  ]);
  const origin = [
    ['Cross-validated', card.held_out && card.metrics && crossValidated(card.metrics, target.unit)],
    ['Trained at', card.trained_at],
    ['Training data, SHA-256', card.data_sha256],
    ['Training code, git commit', card.git_commit],
    ['Made with', card.libraries && Object.entries(card.libraries).map(pair => pair.join(' ')).join(', ')],
    ['Interval', interval?.method],
    ['Interval contains', interval?.coverage && `${percent(interval.coverage)} of the held-out rows`],
  ];
  fill(byId('origin').querySelector('dl'), origin);
  byId('origin').hidden = !origin.some(([, text]) => text);
}

/** A share as a percentage. */
export const percent = share => `${format(share * 100, 4)} %`;

const measured = ({rows, folds}) =>
  folds ? `${format(rows)} training rows, cross-validated in ${folds} folds` : `${format(rows)} held-out rows`;

const crossValidated = ({r2, rmse, rows, folds}, unit) =>
  `R² ${format(r2, 4)}, RMSE ${withUnit(format(rmse, 4), unit)}; ${format(rows)} training rows, ${folds} folds`;

const date = time => new Date(time).toLocaleDateString('en-GB', {dateStyle: 'long', timeZone: 'UTC'});

function fill(list, facts) {
  const known = facts.filter(([, text]) => text);
  list.replaceChildren(...known.map(([term, text]) =>
    element('div', {}, element('dt', {}, term), element('dd', {}, text))));
}
