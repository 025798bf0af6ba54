/** Keyboard paths that GraphiQL leaves out. */

/** What Monaco closes with Escape; the focus stays in the editor while one of these is open. */
const OPEN_WIDGET = ['suggest-widget', 'find-widget', 'parameter-hints-widget'].map((name) => `.${name}.visible`).join();

/**
 * Let Escape put the focus on the frame of an editor, from where Tab moves on (WCAG 2.1.2: no keyboard trap).
 *
 * It listens on the way down because Monaco marks every Escape as handled.
 */
export function leaveEditorOnEscape(root) {
  const leave = (event) => {
    const editor = event.target.closest('.monaco-editor');
    if (event.key !== 'Escape' || !editor || editor.querySelector(OPEN_WIDGET)) return;
    editor.closest('[tabindex="0"]')?.focus();
  };
  root.addEventListener('keydown', leave, { capture: true });
}
