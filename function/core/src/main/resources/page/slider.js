import {element} from './dom.js';
import {format} from './numbers.js';

/** A slider along the training range of a number, and its value as digits. */
export class Slider {
  /**
   * @param feature with min below max
   * @param whole whether only whole numbers are values
   * @param onMove called with the digits of the value
   */
  constructor({name, min, max}, whole, onMove) {
    this.min = min;
    this.max = max;
    // The largest power of ten that is at most a hundredth of the range.
    this.step = Math.max(10 ** Math.floor(Math.log10((max - min) / 100)), whole ? 1 : 0);
    this.element = element('input', {
      type: 'range', min, max, step: whole ? 1 : 'any', className: 'slider',
      'aria-label': `${name} from ${format(min)} to ${format(max)}`,
    });
    this.element.addEventListener('input', () => onMove(this.digits()));
  }

  /** The value with no more digits than a step of the slider can distinguish. */
  digits() {
    const at = Number(this.element.value);
    const value = Number((Math.round(at / this.step) * this.step).toPrecision(12));
    return String(Math.min(this.max, Math.max(this.min, value)));
  }

  /** @param value NaN where there is none */
  show(value) {
    this.element.value = Number.isNaN(value) ? (this.min + this.max) / 2 : value;
    this.element.classList.toggle('unset', Number.isNaN(value));
  }
}
