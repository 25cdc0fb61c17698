import {element} from './dom.js';
import {format} from './numbers.js';

/** A slider along the training range of a number, and what it stands for as digits. */
export class Slider {
  /**
   * @param feature with min below max
   * @param whole whether only whole numbers are values
   * @param onMove called with the digits of the value
   */
  constructor({name, min, max}, whole, onMove) {
    this.min = min;
    this.max = max;
    // A hundredth of the range or less, as a power of ten.
    this.step = Math.max(10 ** Math.floor(Math.log10((max - min) / 100)), whole ? 1 : 0);
    this.element = element('input', {
      type: 'range', min, max, step: whole ? 1 : 'any', className: 'slider',
      'aria-label': `${name} from ${format(min)} to ${format(max)}`,
    });
    this.element.addEventListener('input', () => onMove(this.digits()));
  }

  /** The value as people would write it: with no more digits than a step of the slider can tell apart. */
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
