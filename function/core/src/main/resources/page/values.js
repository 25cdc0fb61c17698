import {isNumber, literal} from './numbers.js';

const WHOLE = ['int32', 'int64'];
const STEPS = 40;
const MOST_CATEGORIES = 30;

/**
 * Values of a feature to try, as JSON, undefined for a missing one. Those of a number rise, and the one in the form
 * is among them; in between, they are as far apart as people would write them.
 *
 * @param text in the field of the feature
 * @param most values at a time, at least 2
 */
export function valuesOf(feature, text, most) {
  const missing = feature.missing === 'allowed' ? [undefined] : [];
  switch (feature.type) {
    case 'bool':
      return ['true', 'false', ...missing];
    case 'string':
      return [...categories(feature, text, Math.min(most, MOST_CATEGORIES)), ...missing].slice(0, most);
    default:
      return [...numbers(feature, text, Math.min(most - 1 - missing.length, STEPS)), ...missing];
  }
}

/** The card's categories, the most frequent first, and the one in the form. */
function categories({histogram}, text, most) {
  const known = Object.entries(histogram?.counts ?? {}).sort(([, a], [, b]) => b - a).map(([category]) => category);
  const shown = known.slice(0, most);
  return [...new Set(text ? [text, ...shown] : shown)].slice(0, most).map(category => JSON.stringify(category));
}

function numbers(feature, text, steps) {
  const typed = text.trim() && isNumber(literal(text)) ? [literal(text)] : [];
  const [low, high] = range(feature, typed.map(Number));
  const whole = WHOLE.includes(feature.type);
  const step = whole ? Math.max(1, Math.ceil((high - low) / steps)) : (high - low) / steps;
  const grid = new Map(typed.map(json => [Number(json), json]));
  for (let i = 0; low + i * step < high; i++) {
    const value = i === 0 ? low : Number((low + i * step).toPrecision(6));
    if (!grid.has(value)) {
      grid.set(value, String(whole ? Math.round(value) : value));
    }
  }
  if (!grid.has(high)) {
    grid.set(high, String(high));
  }
  return [...grid].sort(([a], [b]) => a - b).map(([, json]) => json);
}

/**
 * From the smallest to the largest value of the training data, extended to the form's value;
 * without a range, around the form's value.
 */
function range({min, max}, typed) {
  if (min !== undefined && max !== undefined) {
    return [Math.min(min, ...typed), Math.max(max, ...typed)];
  }
  const [value = 0] = typed;
  const width = Math.abs(value) || 1;
  return [value - width, value + width];
}
