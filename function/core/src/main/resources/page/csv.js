/** Reports why a text is not CSV, or cannot be used. */
export class CsvFault extends Error {
}

/**
 * The records of a text in CSV (RFC 4180), one by one.
 *
 * @typedef {{line: number, start: number, end: number, cells: string[], quoted: boolean[], defect: string}} CsvRecord
 *   line counts from 1; the text of the record is from start to end, without its line break; defect is what breaks
 *   the grammar, '' where nothing does
 * @param separator of cells
 * @throws CsvFault if a quoted cell does not end
 */
export function* records(text, separator) {
  let at = 0;
  let line = 1;
  while (at < text.length) {
    const record = {line, start: at, end: at, cells: [], quoted: [], defect: ''};
    const next = read(text, separator, record);
    for (let feed = text.indexOf('\n', at); feed >= 0 && feed < next; feed = text.indexOf('\n', feed + 1)) {
      line++;
    }
    at = next;
    yield record;
  }
}

/** Reads a record and returns the position of the next one. */
function read(text, separator, record) {
  let at = record.start;
  do {
    if (record.cells.length > 0) {
      at++; // The separator.
    }
    const quoted = text[at] === '"';
    const end = quoted ? closingQuote(text, at, record.line) : plainEnd(text, at, separator);
    record.cells.push(quoted ? text.slice(at + 1, end).replaceAll('""', '"') : text.slice(at, end));
    record.quoted.push(quoted);
    at = quoted ? end + 1 : end;
  } while (text[at] === separator);
  record.end = at;
  if (text.startsWith('\r\n', at)) {
    return at + 2;
  }
  if (at < text.length && text[at] !== '\n') {
    record.defect = defectAt(text[at], record.quoted.at(-1));
    record.end = lineEnd(text, at);
  }
  return record.end === text.length ? text.length : record.end + 1;
}

function closingQuote(text, from, line) {
  let quote = text.indexOf('"', from + 1);
  while (quote >= 0 && text[quote + 1] === '"') {
    quote = text.indexOf('"', quote + 2);
  }
  if (quote < 0) {
    throw new CsvFault(`It has a quoted cell without a closing quote (line ${line}).`);
  }
  return quote;
}

function plainEnd(text, from, separator) {
  let at = from;
  while (at < text.length && text[at] !== separator && !'"\r\n'.includes(text[at])) {
    at++;
  }
  return at;
}

function lineEnd(text, from) {
  const feed = text.indexOf('\n', from);
  return feed < 0 ? text.length : feed;
}

function defectAt(character, afterQuoted) {
  if (character === '\r') {
    return 'has a carriage return without a line feed';
  }
  return afterQuoted
    ? 'has text after the closing quote of a cell'
    : 'has a quote in a cell that does not begin with one';
}

/** A text as a cell, in quotes if necessary. */
export function cell(text, separator) {
  return text.includes(separator) || /["\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
