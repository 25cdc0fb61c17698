const DIGITS = 6;
const grouped = new Intl.NumberFormat('en', {maximumSignificantDigits: DIGITS, useGrouping: 'min2'});

/** A number for people: six digits, or the power of ten where it is very large or small. */
export function format(number) {
  return typographic(isExtreme(number) ? String(Number(number.toPrecision(DIGITS))) : grouped.format(number));
}

/** Formats numbers below each other: with their sign, and as many decimals as the largest needs. */
export function signedAlike(numbers) {
  const largest = Math.max(...numbers.map(Math.abs));
  if (isExtreme(largest)) {
    return number => (number > 0 ? '+' : '') + format(number);
  }
  const decimals = Math.max(0, 3 - Math.floor(Math.log10(largest || 1)));
  const alike = new Intl.NumberFormat('en', {
    minimumFractionDigits: decimals,
    maximumFractionDigits: decimals,
    signDisplay: 'exceptZero',
    useGrouping: 'min2',
  });
  return number => typographic(alike.format(number));
}

function isExtreme(number) {
  const size = Math.abs(number);
  return size !== 0 && (size >= 1e15 || size < 1e-6);
}

const typographic = text => text.replaceAll('-', '−');

/** A number with its unit; a unit such as "1000 USD" is multiplied. */
export function withUnit(text, unit) {
  return unit ? `${text} ${unitAfterNumber(unit)}` : text;
}

export const unitAfterNumber = unit => /^\d/.test(unit) ? `× ${unit}` : unit;

/**
 * What was typed, as JSON: digit by digit where it is a number, as a double could not hold them all;
 * else a string, which the function then refuses and says why.
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
