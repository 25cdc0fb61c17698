/** The element of this page with an id. */
export const byId = id => document.getElementById(id);

/**
 * A new element.
 *
 * @param properties of the element, such as className; those with a dash are attributes
 * @param children elements, or strings, which only ever become text
 */
export function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes('-') || name === 'role' || name === 'list') {
      made.setAttribute(name, value);
    } else {
      made[name] = value;
    }
  }
  made.append(...children);
  return made;
}

/** A drawing, in SVG. */
export const drawing = (attributes, ...shapes) => shape('svg', attributes, ...shapes);

/** A shape of a drawing. The page's Content-Security-Policy forbids style attributes. */
export function shape(tag, attributes, ...shapes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) {
    made.setAttribute(name, value);
  }
  made.append(...shapes);
  return made;
}
