const PLAIN = /^[\w:/.-]+$/;

/** Text as one word of a POSIX shell. */
const quote = text => PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

/**
 * The command that asks for the same.
 *
 * @param url of the prediction
 * @param row JSON
 * @param keyed whether a key is needed
 */
export function curlLine(url, row, keyed) {
  const key = keyed ? ' -H "Authorization: Bearer $KEY"' : '';
  return `curl ${quote(url)}${key} --json ${quote(row)}`;
}
