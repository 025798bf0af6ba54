/**
 * Let the editor's own style elements pass the content security policy.
 *
 * Monaco and the dialogs write `<style>` elements as they run. The policy admits only those that carry the nonce of
 * this page, so every style element gets it at birth.
 */

const nonce = document.querySelector('meta[property="csp-nonce"]').nonce;
const createElement = document.createElement.bind(document);

document.createElement = (name, options) => {
  const element = createElement(name, options);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};
