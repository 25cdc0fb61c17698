const JSON_TYPE = 'application/json';

/** What the function refuses, or why it does not answer: a problem as in RFC 9457. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** What to show of a failure. */
export const problemOf = failure =>
  failure instanceof Refusal ? failure.problem : {title: 'A defect of this page', detail: `${failure}. Report it.`};

/** A path of the function; without the name and key that the address of the page may hold. */
export const urlOf = path => new URL(path, location.origin + location.pathname).href;

/** Gets a document; its text. */
export const get = path => send(path, {headers: {Accept: JSON_TYPE}});

/** Posts JSON; the text of the answer. */
export const post = (path, body, signal) =>
  send(path, {method: 'POST', headers: {Accept: JSON_TYPE, 'Content-Type': JSON_TYPE}, body, signal});

async function send(path, request) {
  let response;
  try {
    response = await fetch(urlOf(path), request);
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Refusal({title: 'No answer', detail: 'The function cannot be reached. Check that it runs, then try again.'});
  }
  const text = await response.text();
  if (!response.ok) {
    throw new Refusal(problemIn(response, text));
  }
  return text;
}

/** The function tells problems as JSON; what stands between may tell them in its own way. */
function problemIn(response, text) {
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    const problem = JSON.parse(text);
    // The browser asks people for a key on the way to the page, and not behind it.
    return response.status === 401
      ? {...problem, detail: 'Your key is not valid any more. Reload the page to give another.'}
      : problem;
  }
  return {title: `${response.status} ${response.statusText}`.trim(), detail: text.slice(0, 300)};
}
