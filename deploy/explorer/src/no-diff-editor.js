/**
 * Empty stand-ins for Monaco's comparison editors, which the explorer never opens (300 kB).
 *
 * Monaco names both classes when it loads, so the names must exist.
 */

export class DiffEditorWidget {}
export class MultiDiffEditorWidget {}
