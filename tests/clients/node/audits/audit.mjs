/**
 * The public audits of GraphQL over HTTP, in both profiles of the endpoint.
 *
 * Usage: node audit.mjs http://127.0.0.1:8000/graphql
 *
 * The audits know the rules of 2025. By default the endpoint follows the draft of 2026, which wants other statuses in
 * six places; there, and only there, an audit may warn. With `?profile=2025` every audit has to pass.
 */

import { createRequire } from 'node:module';
import { auditServer } from 'graphql-http';

const AUDITS = 61;

/** What the draft of 2026 decides differently: id of the audit -> why. */
const DECIDED_OTHERWISE = new Map([
  ['423L', 'a request without a document is 422, not 400'],
  ['74FF', 'a document that does not validate is 422, not 400'],
  ['86EE', 'variables that do not fit are 422, not 400'],
  ['FDE2', 'application/json: a syntax error may be 4xx'],
  ['572B', 'application/json: a document that does not validate may be 4xx'],
  ['7B9B', 'application/json: variables that do not fit may be 4xx'],
]);

/** Return the result of every audit. */
async function results(url) {
  const audited = await auditServer({ url, fetchFn: fetch });
  if (audited.length !== AUDITS) throw new Error(`There are ${audited.length} audits, not ${AUDITS}.`);
  return audited;
}

/** Print what an audit found and return whether it counts as a failure. */
function isFailure(result, tolerated) {
  if (result.status === 'ok') return false;
  const expected = result.status !== 'error' && tolerated.has(result.id);
  if (!expected) console.error(`${result.status} ${result.id} ${result.name}: ${result.reason}`);
  return !expected;
}

/** Audit one profile; return whether it passed. */
async function passes(title, url, tolerated) {
  const audited = await results(url);
  const failures = audited.filter((result) => isFailure(result, tolerated));
  const warned = audited.filter((result) => result.status !== 'ok').map((result) => result.id);
  const ok = audited.filter((result) => result.status === 'ok').length;
  const also = failures.length === 0 && warned.length > 0 ? `, ${warned.join(' ')} as decided` : '';
  console.log(`${title}: ${ok} of ${AUDITS} ok${also}`);
  return failures.length === 0;
}

const [url] = process.argv.slice(2);
const { version } = createRequire(import.meta.url)('graphql-http/package.json');
console.log(`version: ${version}`);
const draft = await passes('draft of 2026', url, DECIDED_OTHERWISE);
const profile = await passes('profile of 2025', `${url}?profile=2025`, new Map());
process.exitCode = draft && profile ? 0 : 1;
