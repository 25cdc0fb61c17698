import {showCard} from './card.js';
import {curlLine} from './curl.js';
import {byId, element} from './dom.js';
import {takeFiles} from './drop.js';
import {Form} from './form.js';
import {Predictions} from './predictions.js';
import {get, Refusal, urlOf} from './requests.js';

/**
 * Parses a document with its numbers as texts, because a double cannot hold every int64; whole numbers without the
 * ".0" that Python writes.
 */
const digits = (_key, value, context) =>
  typeof value === 'number' ? (context?.source ?? String(value)).replace(/^(-?\d+)\.0+$/, '$1') : value;

let form;
let predictions;
let whatIf;
let keyed = false;

async function start() {
  try {
    const text = await get('model');
    const card = JSON.parse(text);
    showCard(card);
    form = new Form(card.features, changed);
    predictions = new Predictions(card, form, () => whatIf?.show(form.latest));
    offerExample(JSON.parse(text, digits).example);
    byId('form').addEventListener('submit', event => {
      event.preventDefault();
      predictions.send();
    });
    byId('copy').addEventListener('click', copy);
    byId('form').hidden = false;
    byId('answers').hidden = false;
    showCommand();
    const description = JSON.parse(await get('openapi.json'));
    askForKey(description.security.length > 0);
    offerWhatIf(card, maxRowsOf(description));
    offerFiles(card, maxRowsOf(description));
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

function askForKey(needed) {
  keyed = needed;
  byId('key-hint').hidden = !keyed;
  showCommand();
}

/** The maximum number of rows of a request. */
const maxRowsOf = description =>
  description.components.schemas.Rows.oneOf.find(({type}) => type === 'array').maxItems;

/** Its code is loaded when it is first opened. */
function offerWhatIf(card, maxRows) {
  byId('what-if').hidden = false;
  byId('what-if').addEventListener('toggle', async () => {
    if (!byId('what-if').open) {
      whatIf = undefined;
      return;
    }
    const {WhatIf} = await import('./whatif.js');
    whatIf = new WhatIf(card, form, maxRows);
    whatIf.show(form.latest);
  });
}

/** Their code is loaded with the first file. */
function offerFiles(card, maxRows) {
  byId('rows').hidden = false;
  byId('to-rows').hidden = false;
  takeFiles(async file => {
    const {predictFile} = await import('./file.js');
    await predictFile(file, card, maxRows);
  });
}

function showCommand() {
  byId('curl').firstChild.textContent = curlLine(urlOf('predict'), form.row(), keyed);
}

function changed() {
  showCommand();
  byId('copied').textContent = '';
  predictions.change();
}

async function copy() {
  const command = byId('curl').firstChild;
  try {
    await navigator.clipboard.writeText(command.textContent);
    byId('copied').textContent = 'Copied.';
  } catch { // Browsers offer the clipboard only with HTTPS, and may deny access.
    getSelection().selectAllChildren(command);
    byId('copied').textContent = 'Selected: copy it with your keyboard.';
  }
}

await start();
