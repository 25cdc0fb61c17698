import {drawing, element, shape} from './dom.js';
import {format} from './numbers.js';

/**
 * A prediction at a value.
 *
 * @typedef {{label: string, x: number, predict: number, interval: number[]|undefined, now: boolean}} Point
 */

/** Position of a number between the smallest and the largest drawn one, in percent. */
function scaleOf(points) {
  const numbers = points.flatMap(({predict, interval}) => [predict, ...(interval ?? [])]);
  return scale(Math.min(...numbers), Math.max(...numbers));
}

function scale(low, high) {
  return {low, high, at: value => high > low ? (value - low) / (high - low) * 100 : 50};
}

/**
 * A line along rising values, with its interval as a band; the text next to it has the same
 * content.
 */
export function lineChart(points) {
  const across = scale(points[0].x, points.at(-1).x);
  const up = scaleOf(points);
  const path = (part, of) => part.map(point => `${across.at(point.x)},${100 - up.at(of(point))}`).join(' ');
  const banded = points.filter(({interval}) => interval);
  const now = points.find(point => point.now);
  const picture = drawing({'class': 'curve', viewBox: '0 0 100 100', preserveAspectRatio: 'none'},
    shape('polygon', {'class': 'interval', points:
      `${path(banded, ({interval}) => interval[1])} ${path([...banded].reverse(), ({interval}) => interval[0])}`}),
    shape('polyline', {points: path(points, ({predict}) => predict)}),
    ...(now ? [shape('path', {'class': 'dot', d: `M${path([now], ({predict}) => predict)}h0`})] : []));
  return element('div', {className: 'chart', 'aria-hidden': 'true'},
    element('p', {className: 'upright'}, element('span', {}, format(up.high, 4)), element('span', {}, format(up.low, 4))),
    picture,
    element('p', {className: 'across'},
      element('span', {}, format(across.low)), element('span', {}, format(across.high))));
}

/** A table row for each value: the value, its prediction, and the prediction's position. */
export function dotChart(points, name) {
  const along = scaleOf(points);
  return element('table', {className: 'bars'},
    element('thead', {}, element('tr', {}, ...[name, 'Prediction', 'Place'].map((text, column) =>
      element('th', {scope: 'col', className: ['of-feature', 'of-contribution', 'of-bar'][column]},
        element('span', {className: 'unseen'}, text))))),
    element('tbody', {}, ...points.map(point => dotRow(point, along))));
}

function dotRow({label, predict, interval, now}, along) {
  const percent = value => `${along.at(value)}%`;
  return element('tr', {className: now ? 'now' : ''},
    element('th', {scope: 'row'}, label, ...(now ? [' ', element('span', {className: 'value'}, 'now')] : [])),
    element('td', {className: 'number'}, format(predict)),
    element('td', {}, drawing({'class': 'dots', 'aria-hidden': 'true'},
      ...(interval ? [shape('rect', {'class': 'interval', x: percent(interval[0]), y: '25%', height: '50%',
        width: `${along.at(interval[1]) - along.at(interval[0])}%`})] : []),
      shape('circle', {'class': 'spot', cx: percent(predict), cy: '50%', r: '5'}))));
}
