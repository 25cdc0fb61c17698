/**
 * A number for display: with this many significant digits, but all digits before the point; very
 * large and very small numbers as a power of ten.
 */
export function format(number, digits = 6) {
  return isExtreme(number)
    ? typographic(Number(number.toPrecision(digits)).toExponential())
    : local(number, {maximumSignificantDigits: digits, maximumFractionDigits: 0, roundingPriority: 'morePrecision'});
}

/**
 * Formats numbers that stand below each other: with as many decimals as the largest needs.
 *
 * @param largest size of the numbers, at least 0
 * @param signDisplay whether with a plus, as Intl.NumberFormat knows it
 */
export function formatAlike(largest, signDisplay) {
  if (isExtreme(largest)) {
    return number => format(number, 4);
  }
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(largest || 1)));
  return number => local(number, {minimumFractionDigits: decimals, maximumFractionDigits: decimals, signDisplay});
}

const local = (number, options) => typographic(number.toLocaleString('en', {useGrouping: 'min2', ...options}));

function isExtreme(number) {
  const size = Math.abs(number);
  return size !== 0 && (size >= 1e15 || size < 1e-6);
}

const typographic = text => text.replaceAll('-', '−');

/** A number with its unit; a unit such as "1000 USD" is multiplied. */
export function withUnit(text, unit) {
  return unit ? `${text} ${unitAfterNumber(unit)}` : text;
}

export const unitAfterNumber = unit => /^\d/.test(unit) ? `×\u00a0${unit}` : unit;

/**
 * A JSON object.
 *
 * @param members name and value as JSON; undefined where there is none
 */
export function object(members) {
  const present = members.filter(([, value]) => value !== undefined);
  return `{${present.map(([name, value]) => `${JSON.stringify(name)}: ${value}`).join(', ')}}`;
}

/** Whether JSON that literal() has made is a number. */
export const isNumber = json => !json.startsWith('"');

/**
 * The typed text as JSON: a number digit by digit, because a double cannot hold all digits;
 * anything else as a string, which the function refuses with the reason.
 */
export function literal(typed) {
  const text = typed.trim().replace('−', '-');
  const parts = /^([+-]?)(\d*)(?:\.(\d*))?([eE][+-]?\d+)?$/.exec(text);
  if (!parts || !(parts[2] || parts[3])) {
    return JSON.stringify(typed);
  }
  const [, sign, whole, fraction, exponent] = parts;
  const integer = whole.replace(/^0+(?=\d)/, '') || '0';
  return (sign === '-' ? '-' : '') + integer + (fraction ? `.${fraction}` : '') + (exponent ?? '');
}
