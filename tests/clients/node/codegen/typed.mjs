/**
 * A typed client, from the schema to an answer: generate, check the types, run.
 *
 * Usage: node typed.mjs preset|tada http://127.0.0.1:8000/graphql
 */

import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const require = createRequire(import.meta.url);
const [client, url] = process.argv.slice(2);

/** Commands that make the types; both ask the server for its schema by introspection. */
const GENERATORS = {
  preset: {
    name: '@graphql-codegen/cli',
    commands: [['graphql-codegen', '--silent', '--config', 'preset/codegen.ts']],
  },
  tada: {
    name: 'gql.tada',
    commands: [
      ['gql.tada', 'generate-schema', '--tsconfig', 'tada/tsconfig.json', url],
      ['gql.tada', 'generate-output', '--tsconfig', 'tada/tsconfig.json'],
    ],
  },
};

/** Run a program; what it says is shown only when it fails. */
function run(program, ...given) {
  execFileSync(program, given, { stdio: 'pipe', env: { ...process.env, ILMIO_CLIENTS_URL: url } });
}

const { name, commands } = GENERATORS[client];
console.log(`version: ${require(`${name}/package.json`).version}`);
try {
  mkdirSync(join(client, 'generated'), { recursive: true });
  for (const [program, ...given] of commands) run(join('node_modules', '.bin', program), ...given);
  console.log('generated');
  run(join('node_modules', '.bin', 'tsc'), '--project', client);
  console.log('types checked');
  run(process.execPath, join('built', client, 'operation.js'));
  console.log('operation run');
} catch (error) {
  console.error(`${error.stdout ?? ''}${error.stderr ?? ''}` || error.stack);
  process.exitCode = 1;
}
