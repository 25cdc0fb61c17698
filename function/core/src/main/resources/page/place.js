import {percent} from './card.js';
import {drawing, element, shape} from './dom.js';
import {format} from './numbers.js';

/**
 * The place of a prediction: its mark and its interval on the histogram of the target. The interval may come from a
 * fit of its own: far from the training data, the prediction can lie beside it.
 *
 * @param interval its bounds, or undefined
 * @param histogram of the target in the training data, or undefined
 * @return nothing where there is neither
 */
export function place(predict, interval, histogram) {
  if (!interval && !histogram) {
    return [];
  }
  const values = [predict, ...(interval ?? []), ...(histogram ? ends(histogram.edges) : [])];
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const at = value => high > low ? (value - low) / (high - low) * 100 : 50;
  const picture = drawing({'class': histogram ? 'place' : 'place bare', 'aria-hidden': 'true'},
    ...(interval ? [box('interval', at(interval[0]), at(interval[1]), 0, 100)] : []),
    ...(histogram ? bins(histogram, at) : []),
    shape('line', {'class': 'mark', x1: `${at(predict)}%`, x2: `${at(predict)}%`, y1: '0', y2: '100%'}));
  return [
    element('div', {className: 'scale'}, picture,
      element('p', {'aria-hidden': 'true'}, element('span', {}, format(low)), element('span', {}, format(high)))),
    ...(histogram ? [element('p', {className: 'quiet', id: 'rank'}, rank(predict, histogram))] : []),
  ];
}

const ends = edges => [edges[0], edges.at(-1)];

/** The bins; the area of each is its share of the training data. */
function bins({edges, counts}, at) {
  const densities = counts.map((count, bin) => count / (edges[bin + 1] - edges[bin]));
  const highest = Math.max(...densities);
  return densities.map((density, bin) => {
    const height = density / highest * 100;
    return box('bin', at(edges[bin]), at(edges[bin + 1]), 100 - height, height);
  });
}

const box = (name, from, to, y, height) =>
  shape('rect', {'class': name, x: `${from}%`, width: `${to - from}%`, y: `${y}%`, height: `${height}%`});

/** The same in words; the share is as exact as the bins. */
function rank(predict, {edges, counts}) {
  const [least, greatest] = ends(edges);
  if (predict < least) {
    return 'Lower than in all training rows.';
  }
  if (predict > greatest) {
    return 'Higher than in all training rows.';
  }
  const below = counts.reduce((sum, count, bin) =>
    sum + count * Math.min(1, Math.max(0, (predict - edges[bin]) / (edges[bin + 1] - edges[bin]))), 0);
  const share = Math.round(below / counts.reduce((sum, count) => sum + count) * 100) / 100;
  return `Higher than in about ${percent(share)} of the training rows.`;
}
