import {showCard} from './card.js';
import {curlLine} from './curl.js';
import {byId, element} from './dom.js';
import {Form} from './form.js';
import {get, post, Refusal, urlOf} from './requests.js';
import {showExplanation, showNoExplanation, showNoPrediction, showPrediction} from './result.js';

/** The numbers of a document as their digits: a double does not hold every int64. */
const digits = (_key, value, context) => typeof value === 'number' ? context?.source ?? String(value) : value;

let card;
let form;
let keyed = false;
let latest = new AbortController();

async function start() {
  try {
    const text = await get('model');
    card = JSON.parse(text);
    showCard(card);
    form = new Form(card.features, changed);
    offerExample(JSON.parse(text, digits).example);
    byId('form').addEventListener('submit', event => {
      event.preventDefault();
      predict();
    });
    byId('copy').addEventListener('click', copy);
    byId('form').hidden = false;
    byId('answers').hidden = false;
    showCommand();
    await askWhetherKeyed();
  } catch (failure) {
    byId('target').textContent = '';
    document.querySelector('main').prepend(
      element('p', {className: 'alert', role: 'alert'}, element('strong', {}, 'The model cannot be shown.'), ' ',
        failure instanceof Refusal ? `${failure.problem.title}: ${failure.problem.detail}` : String(failure)));
  }
}

function offerExample(example) {
  if (!example) {
    return;
  }
  const values = new Map(Object.entries(example));
  form.fill(values);
  byId('example').hidden = false;
  byId('example').addEventListener('click', () => {
    form.fill(values);
    changed();
  });
}

/** The description for machines tells whether a key is needed. */
async function askWhetherKeyed() {
  const {security} = JSON.parse(await get('openapi.json'));
  keyed = security.length > 0;
  byId('key-hint').hidden = !keyed;
  showCommand();
}

function showCommand() {
  byId('curl').firstChild.textContent = curlLine(urlOf('predict'), form.row(), keyed);
}

function changed() {
  showCommand();
  byId('copied').textContent = '';
  byId('stale').hidden = byId('predict') === null;
}

async function predict() {
  latest.abort();
  latest = new AbortController();
  const {signal} = latest;
  try {
    const row = form.row();
    const values = new Map(card.features.map(({name}) => [name, form.text(name)]));
    const answer = await post('predict', row, signal);
    form.showProblem(undefined);
    showPrediction(answer, card, form.warn(JSON.parse(answer)));
    byId('stale').hidden = true;
    bringIntoView(byId('result'));
    await explain(row, values, signal);
  } catch (failure) {
    if (failure.name !== 'AbortError') {
      showNoPrediction();
      byId('stale').hidden = true;
      form.showProblem(problemOf(failure));
    }
  }
}

/** A prediction stands without its explanation. */
async function explain(row, values, signal) {
  try {
    showExplanation(await post('explain', row, signal), card.target?.unit, name => values.get(name));
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    showNoExplanation(problemOf(failure));
  }
}

const problemOf = failure =>
  failure instanceof Refusal ? failure.problem : {title: 'A defect of this page', detail: `${failure}. Report it.`};

/** On a narrow screen, the result is below the form. */
function bringIntoView(section) {
  const {top} = section.getBoundingClientRect();
  if (top < 0 || top > innerHeight / 2) {
    section.scrollIntoView();
  }
}

async function copy() {
  const command = byId('curl').firstChild;
  try {
    await navigator.clipboard.writeText(command.textContent);
    byId('copied').textContent = 'Copied.';
  } catch { // Without HTTPS there is no clipboard, and a browser may refuse it.
    getSelection().selectAllChildren(command);
    byId('copied').textContent = 'Selected: copy it with your keyboard.';
  }
}

await start();
