const JSON_TYPE = 'application/json';

/** Why the function refused a request or did not respond: a problem as in RFC 9457. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.title);
    this.problem = problem;
  }
}

/** The problem to show for a failure. */
export const problemOf = failure =>
  failure instanceof Refusal ? failure.problem : {title: 'A defect of this page', detail: `${failure}. Report it.`};

/** The URL of a path, without the name and key that the page's address may contain. */
export const urlOf = path => new URL(path, location.origin + location.pathname).href;

/** Gets a document, and returns its text. */
export const get = path => send(path, {headers: {Accept: JSON_TYPE}});

/** Posts JSON, and returns the text of the response. */
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

/** The function reports problems as JSON; a proxy in between may use another format. */
function problemIn(response, text) {
  if (response.headers.get('Content-Type')?.startsWith('application/problem+json')) {
    const problem = JSON.parse(text);
    // The browser asks for a key only when it loads the page, not for requests of the page.
    return response.status === 401
      ? {...problem, detail: 'Your key is no longer valid. Reload the page and enter a new one.'}
      : problem;
  }
  const {status, statusText} = response;
  return {status, title: `${status} ${statusText}`.trim(), detail: text.slice(0, 300)};
}
