/**
 * A Prettier plugin that lays out JSON with comments, for the variables and headers editors.
 *
 * GraphiQL brings Prettier's whole JavaScript parser and printer for this (530 kB); the JSON formatter that the
 * bundle holds anyway gives the same two-space layout. Stands in for `prettier/plugins/estree` and
 * `prettier/parser-babel` at once.
 */

import { applyEdits, format } from 'jsonc-parser';

export const parsers = {
  jsonc: {
    astFormat: 'laid-out-text',
    parse: (text) => ({ text: applyEdits(text, format(text, undefined, { insertSpaces: true, tabSize: 2 })) }),
    locStart: () => 0,
    locEnd: (node) => node.text.length,
  },
};

export const printers = {
  'laid-out-text': { print: (path) => path.node.text },
};
