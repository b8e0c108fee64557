/**
 * The page's policy takes a style element with this load's nonce only, and no style attribute that is written as text.
 * The terminal makes both.
 */

const setAttribute = Object.getOwnPropertyDescriptor(Element.prototype, 'setAttribute')?.value as (
  this: Element,
  name: string,
  value: string,
) => void;

/** From here on a style attribute is taken as what it means, which the policy allows to scripts. */
export const takeStyleAttributes = (): void => {
  HTMLElement.prototype.setAttribute = function (name, value) {
    if (name === 'style') this.style.cssText = value;
    else setAttribute.call(this, name, value);
  };
};

/** Style elements that are made meanwhile have the nonce. */
export const withNonce = (work: () => void): void => {
  const nonce = document.querySelector<HTMLElement>('meta[property="csp-nonce"]')?.nonce ?? '';
  const make = Object.getOwnPropertyDescriptor(Document.prototype, 'createElement')?.value as (
    this: Document,
    name: string,
  ) => HTMLElement;
  const withItsNonce = (name: string): HTMLElement => {
    const element = make.call(document, name);
    if (name === 'style') element.nonce = nonce;
    return element;
  };
  Object.defineProperty(document, 'createElement', { value: withItsNonce, configurable: true });
  try {
    work();
  } finally {
    Reflect.deleteProperty(document, 'createElement');
  }
};
