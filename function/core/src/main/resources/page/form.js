import {byId, element} from './dom.js';
import {format, isNumber, literal, object, unitAfterNumber} from './numbers.js';
import {Slider} from './slider.js';

const WHOLE = ['int32', 'int64'];
const MANY = 24;
/** In languages with a decimal comma, a decimal keypad may have no point. */
const KEYPAD_HAS_POINT = (1.5).toLocaleString().includes('.');

/** One feature of the form. */
class Field {
  constructor(feature, index) {
    this.feature = feature;
    this.name = feature.name;
    this.categories = feature.type === 'string' ? Object.keys(feature.histogram?.counts ?? {}) : [];
    this.isNumber = feature.type !== 'string' && feature.type !== 'bool';
    this.measured = this.isNumber && feature.min !== undefined && feature.max !== undefined;
    const id = `feature-${index}`;
    this.input = this.makeInput(id);
    this.slider = this.measured && feature.min < feature.max
      ? new Slider(feature, WHOLE.includes(feature.type), digits => this.set(digits)) : undefined;
    this.warning = element('p', {id: `${id}-warning`, className: 'warning'});
    this.error = element('p', {id: `${id}-error`, className: 'error'});
    this.element = element('div', {className: 'field'},
      element('label', {htmlFor: id}, element('bdi', {}, this.name), ...this.unit()),
      element('div', {},
        element('div', {className: 'entry'}, this.input, ...(this.slider ? [this.slider.element] : [])),
        ...this.suggestions(id), this.error, this.warning,
        element('p', {id: `${id}-hint`, className: 'hint'}, ...this.hint())));
    this.input.addEventListener('input', () => this.changed());
  }

  makeInput(id) {
    const {type, min} = this.feature;
    const about = {id, 'aria-describedby': `${id}-error ${id}-warning ${id}-hint`};
    if (type === 'bool') {
      return element('select', about,
        ...[['', ''], ['true', 'true'], ['false', 'false']].map(([value, text]) => element('option', {value}, text)));
    }
    // Not type=number, which does not keep the typed text. The keypad may lack a minus only if the
    // range is positive.
    const keypad = WHOLE.includes(type) ? 'numeric' : KEYPAD_HAS_POINT ? 'decimal' : 'text';
    const inputMode = type !== 'string' && min >= 0 ? keypad : 'text';
    const list = this.categories.length > 0 ? {list: `${id}-values`} : {};
    return element('input', {...about, ...list, type: 'text', inputMode, autocomplete: 'off', spellcheck: false});
  }

  suggestions(id) {
    const options = this.categories.filter(value => value).map(value => element('option', {value}));
    return options.length > 0 ? [element('datalist', {id: `${id}-values`}, ...options)] : [];
  }

  unit() {
    const {unit} = this.feature;
    return unit ? [' ', element('span', {className: 'unit'}, unitAfterNumber(unit))] : [];
  }

  hint() {
    const {description, type, missing, mean} = this.feature;
    const range = this.measured ? `${this.range()} in training` : '';
    const parts = [
      WHOLE.includes(type) ? 'whole number' : '',
      mean !== undefined && this.measured ? `${range}, mean ${format(mean, 4)}` : range,
      missing === 'allowed' ? 'may be empty' : '',
    ].filter(part => part);
    const facts = parts.length > 0 ? [element('span', {className: 'range'}, parts.join(' · '))] : [];
    return description ? [description, ' ', ...facts] : facts;
  }

  range() {
    return `${format(this.feature.min)} to ${format(this.feature.max)}`;
  }

  changed() {
    this.refuse('');
    const value = this.input.value.trim() && this.measured ? Number(literal(this.input.value)) : NaN;
    const {min, max} = this.feature;
    this.warn(value < min || value > max ? 'Outside the training range.' : '');
    this.slider?.show(value);
  }

  /** @param value a string, a bool, or the digits of a number */
  set(value) {
    this.input.value = value === null || value === undefined ? '' : String(value);
    this.changed();
  }

  warn(text) {
    this.element.classList.toggle('outside', text !== '');
    this.warning.textContent = text;
  }

  /** @param problem that the function has with the value */
  fault(problem) {
    const comma = this.isNumber && this.input.value.includes(',');
    this.refuse(`${sentence(problem)}${comma ? ' Write decimals with a point, and nothing between thousands.' : ''}`);
  }

  refuse(problem) {
    this.error.textContent = problem;
    if (problem) {
      this.input.setAttribute('aria-invalid', 'true');
    } else {
      this.input.removeAttribute('aria-invalid');
    }
  }

  /** The value as JSON; undefined if the field is empty. */
  json() {
    const {value} = this.input;
    switch (this.feature.type) {
      case 'string':
        return value || this.categories.includes('') ? JSON.stringify(value) : undefined;
      case 'bool':
        return value || undefined;
      default:
        return value.trim() ? literal(value) : undefined;
    }
  }

  /** Whether the value has the feature's type, or is missing and may be. */
  isComplete() {
    const value = this.json();
    return value === undefined ? this.feature.missing === 'allowed' : !this.isNumber || isNumber(value);
  }

  matches(words) {
    const text = `${this.name} ${this.feature.description ?? ''}`.toLowerCase();
    return words.every(word => text.includes(word));
  }
}

/** The form for a card's features. */
export class Form {
  /** @param onChange called when any value has changed */
  constructor(features, onChange) {
    /** The feature whose value was changed last; undefined before the first change. */
    this.latest = undefined;
    this.fields = features.map((feature, index) => new Field(feature, index));
    this.byName = new Map(this.fields.map(field => [field.name, field]));
    byId('fields').replaceChildren(...this.fields.map(field => field.element));
    byId('fields').addEventListener('input', event => {
      this.latest = this.fields.find(field => field.element.contains(event.target)).name;
      onChange();
    });
    byId('clear').addEventListener('click', () => {
      this.fill(new Map());
      onChange();
      this.fields[0].input.focus();
    });
    byId('finder').hidden = features.length <= MANY;
    byId('find').addEventListener('input', () => this.find(byId('find').value));
    byId('find').addEventListener('keydown', event => {
      if (event.key === 'Enter') {
        event.preventDefault(); // Enter searches for the feature instead of predicting.
      }
    });
  }

  /**
   * What is in the form, as a JSON object.
   *
   * @param instead values as JSON by feature, undefined for a missing one, instead of those in the form
   */
  row(instead = new Map()) {
    return object(this.fields.map(field =>
      [field.name, instead.has(field.name) ? instead.get(field.name) : field.json()]));
  }

  /** Whether all required values are filled in. @param except a feature to ignore */
  isComplete(except) {
    return this.fields.every(field => field.name === except || field.isComplete());
  }

  /** The field of a feature. */
  field(name) {
    return this.byName.get(name);
  }

  /** The text in the field of each feature. */
  texts() {
    return new Map(this.fields.map(field => [field.name, field.input.value]));
  }

  /** @param values feature name to a string, a bool, or the digits of a number */
  fill(values) {
    this.fields.forEach(field => field.set(values.get(field.name)));
    this.showProblem(undefined);
  }

  /** Marks the features whose values are outside the training data. */
  warn({outOfRange = [], unknownCategory = []}) {
    this.fields.forEach(field => field.warn(
      outOfRange.includes(field.name) ? 'Outside the training range.'
        : unknownCategory.includes(field.name) ? 'A category that the training data does not have.' : ''));
  }

  /** A sentence for each value that is outside the training data. */
  warnings({outOfRange = [], unknownCategory = []}) {
    return [
      ...outOfRange.map(name => `${name} is outside the training range, ${this.byName.get(name).range()}.`),
      ...unknownCategory.map(name => `${name} is a category that the training data does not have.`)
    ];
  }

  /**
   * Shows a problem, each fault at its field, and focuses the first; clears all of them if there
   * is none.
   */
  showProblem(problem) {
    this.fields.forEach(field => field.refuse(''));
    const faults = problem?.errors ?? [];
    const atField = faults.filter(fault => this.byName.has(fault.feature));
    atField.forEach(({feature, problem: text}) => this.byName.get(feature).fault(text));
    byId('problem').replaceChildren(...(problem ? this.summary(problem, faults) : []));
    if (atField.length > 0) {
      this.find('');
      this.fields.find(field => field.error.textContent).input.focus();
    }
  }

  summary(problem, faults) {
    const items = faults.map(({feature, problem: text}) => {
      const field = this.byName.get(feature);
      return element('li', {}, field
        ? element('a', {href: `#${field.input.id}`, onclick: event => this.go(event, field)}, `${feature}: ${text}`)
        : text);
    });
    return [element('div', {className: 'alert'},
      element('p', {}, element('strong', {}, `${problem.title}.`), ' ', problem.detail ?? ''),
      ...(items.length > 0 ? [element('ul', {}, ...items)] : []))];
  }

  go(event, field) {
    event.preventDefault();
    this.find('');
    field.input.focus();
  }

  /** Hides the features that do not match the search text. */
  find(text) {
    byId('find').value = text;
    const words = text.toLowerCase().split(/\s+/).filter(word => word);
    this.fields.forEach(field => {
      field.element.hidden = !field.matches(words);
    });
    const shown = this.fields.filter(field => !field.element.hidden).length;
    byId('found').textContent = words.length > 0 ? `${shown} of ${this.fields.length}` : '';
  }
}

const sentence = text => `${text[0].toUpperCase()}${text.slice(1)}.`;
