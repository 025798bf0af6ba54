/**
 * Bundle the explorer into the folder that the Python package serves.
 *
 * Owns: what is left out of the bundle, the names and the compression of the built files, the list of licences.
 * Does not own: the page around the bundle and its headers (`ilmio_api.web.pages`).
 */

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const HERE = dirname(fileURLToPath(import.meta.url));
const OUTPUT = join(HERE, '../../src/ilmio_api/web/assets/explorer');

/** Public name of each entry -> its source. The three workers are started by name, see `src/main.jsx`. */
const ENTRIES = {
  explorer: 'src/main.jsx',
  'editor-worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'json-worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql-worker': 'monaco-graphql/esm/graphql.worker.js',
};

/** Modules that give way to others; each of our own says what it leaves out. */
const REPLACED = [
  [/monaco-editor\/esm\/vs\/editor\/edcore\.main\.js$/, 'src/editor-features.js'],
  [/^prettier\/(plugins\/estree|parser-babel)$/, 'src/prettier-json.js'],
  // The old name leads to a script that bundles without its parsers, and "Prettify" then does nothing.
  [/^prettier\/parser-graphql$/, 'node_modules/prettier/plugins/graphql.mjs'],
  [/\/diffEditorWidget\.js$/, 'src/no-diff-editor.js'],
  [/\/multiDiffEditorWidget\.js$/, 'src/no-diff-editor.js'],
];

const replaceModules = {
  name: 'replace-modules',
  setup(bundler) {
    for (const [filter, replacement] of REPLACED) {
      bundler.onResolve({ filter }, () => ({ path: join(HERE, replacement) }));
    }
  },
};

/** The typefaces that GraphiQL embeds are 550 kB; the fonts of the reader's own system serve as well. */
const leaveOutTypefaces = {
  name: 'leave-out-typefaces',
  setup(bundler) {
    bundler.onLoad({ filter: /node_modules\/(@graphiql\/[^/]+|graphiql)\/dist\/.*\.css$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/@font-face\s*\{[^}]*\}/g, ''),
      loader: 'css',
    }));
  },
};

/** The folder and the description of the package that a bundled file belongs to, or null for our own files. */
function packageOf(input) {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input);
  if (found === null) return null;
  const folder = join(HERE, found[1]);
  return { folder, ...JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) };
}

/** The packages of which at least one byte is in the output, in the order of their names. */
function bundledPackages(metafile) {
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.keys(output.inputs));
  const packages = inputs.map(packageOf).filter((found) => found !== null);
  const byName = new Map(packages.map((found) => [`${found.name}@${found.version}`, found]));
  return [...byName.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** What one package asks to be told: its name, its licence, its notice. */
function licenceOf({ folder, name, version, license }) {
  const notices = readdirSync(folder).filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file));
  const texts = notices.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const heading = `${name} ${version} (${license ?? 'see below'})`;
  return [heading, '='.repeat(heading.length), ...(texts.length ? texts : ['No notice beyond the licence named above.'])].join('\n\n');
}

/** Built names by entry: what the page around the bundle has to link to. */
function manifestOf(metafile) {
  const manifest = {};
  for (const [path, output] of Object.entries(metafile.outputs)) {
    const entry = Object.keys(ENTRIES).find((name) => relative(OUTPUT, join(HERE, path)).startsWith(`${name}-`));
    if (entry === undefined || output.entryPoint === undefined) continue;
    manifest[entry] = relative(OUTPUT, join(HERE, path));
    if (entry === 'explorer') manifest.style = relative(OUTPUT, join(HERE, output.cssBundle));
  }
  return manifest;
}

/** Style sheets of code that is loaded later repeat what the entry's style sheet already holds. */
function removeRepeatedStyles(metafile, style) {
  for (const path of Object.keys(metafile.outputs)) {
    if (path.endsWith('.css') && relative(OUTPUT, join(HERE, path)) !== style) rmSync(join(HERE, path));
  }
}

/** Built files are kept as they travel: 1.3 MB instead of 4.6, and the server never spends time on compressing. */
function compressBuiltFiles() {
  for (const file of readdirSync(OUTPUT)) {
    const path = join(OUTPUT, file);
    writeFileSync(`${path}.gz`, gzipSync(readFileSync(path), { level: 9 }));
    rmSync(path);
  }
}

rmSync(OUTPUT, { recursive: true, force: true });
const { metafile } = await build({
  absWorkingDir: HERE,
  entryPoints: Object.entries(ENTRIES).map(([out, source]) => ({ in: source, out })),
  outdir: OUTPUT,
  entryNames: '[name]-[hash]',
  chunkNames: 'part-[hash]',
  assetNames: '[name]-[hash]',
  bundle: true,
  splitting: true,
  format: 'esm',
  target: 'es2022',
  minify: true,
  metafile: true,
  jsx: 'automatic',
  legalComments: 'none',
  loader: { '.ttf': 'file' },
  define: { 'process.env.NODE_ENV': '"production"' },
  plugins: [replaceModules, leaveOutTypefaces],
});

const manifest = manifestOf(metafile);
removeRepeatedStyles(metafile, manifest.style);
compressBuiltFiles();
writeFileSync(join(OUTPUT, 'manifest.json'), `${JSON.stringify(manifest, Object.keys(manifest).sort(), 2)}\n`);
writeFileSync(join(OUTPUT, 'LICENSES.txt'), `${bundledPackages(metafile).map(licenceOf).join('\n\n\n')}\n`);
if (process.env.EXPLORER_METAFILE) writeFileSync(process.env.EXPLORER_METAFILE, JSON.stringify(metafile));
