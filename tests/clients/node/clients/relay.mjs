/**
 * Relay: the compiler takes the schema, the runtime pages a connection and fetches a record again by its id.
 * Documents go over the wire whole, or as their id (`documentId`).
 *
 * Usage: node relay.mjs http://127.0.0.1:8000/graphql
 */

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import relay from 'relay-runtime';
import { recorded, run } from './wire.mjs';

const require = createRequire(import.meta.url);
const { Environment, Network, RecordSource, Store, createOperationDescriptor, fetchQuery, getSelector } = relay;
const [url] = process.argv.slice(2);
const { fetch: recording, exchanges } = recorded();

async function compiled() {
  const schema = await fetch(new URL('/schema.graphql', url));
  writeFileSync('schema.graphql', await schema.text());
  execFileSync(process.execPath, [require.resolve('relay-compiler/cli.js')], { stdio: 'pipe' });
  return 'compiler';
}

/** Return what the compiler has made of an operation or a fragment. */
function artefact(name) {
  return require(`./relay/__generated__/${name}.graphql.js`);
}

/** Send a request and return its answer. */
async function answerTo(request) {
  const response = await recording(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/graphql-response+json' },
    body: JSON.stringify(request),
  });
  return response.json();
}

/** Send the whole document. */
const asDocument = ({ text }, variables) => answerTo({ query: text, variables });

/** Send the id of the document; send the document beside it when the server has not seen it yet. */
async function asDocumentId({ text }, variables) {
  const documentId = `sha256:${createHash('sha256').update(text).digest('hex')}`;
  const answer = await answerTo({ documentId, variables });
  const unknown = answer.errors?.[0].extensions.code === 'PERSISTED_QUERY_NOT_FOUND';
  return unknown ? answerTo({ documentId, query: text, variables }) : answer;
}

/** Return an environment with an empty store. */
function newEnvironment(send = asDocument) {
  return new Environment({ network: Network.create(send), store: new Store(new RecordSource()) });
}

/** Run an operation and return what a component would see of one fragment. */
async function seen(environment, operation, variables, fragment, reference) {
  await fetchQuery(environment, operation, variables).toPromise();
  const descriptor = createOperationDescriptor(operation, variables);
  const root = environment.lookup(descriptor.fragment).data;
  return environment.lookup(getSelector(fragment, reference(root))).data;
}

async function pagedConnection() {
  const environment = newEnvironment();
  const [list, page, fragment] = ['operationsPhenomenaQuery', 'operationsPhenomenaPageQuery', 'operationsPhenomena'].map(artefact);
  const first = await seen(environment, list, {}, fragment, (root) => root);
  assert.equal(first.phenomena.edges.length, 2);
  assert.equal(first.phenomena.pageInfo.hasNextPage, true);

  const after = { count: 3, cursor: first.phenomena.pageInfo.endCursor };
  const both = await seen(environment, page, after, fragment, (root) => root);
  assert.equal(both.phenomena.edges.length, 5);
  assert.equal(new Set(both.phenomena.edges.map((edge) => edge.node.id)).size, 5);
  return 'paged connection';
}

async function recordAgainById() {
  const environment = newEnvironment();
  const [query, again, fragment] = ['operationsPhenomenonQuery', 'operationsPhenomenonAgainQuery', 'operationsPhenomenon'].map(artefact);
  const slug = { slug: 'koulupudokkuus' };
  const record = await seen(environment, query, slug, fragment, (root) => root.phenomenon);
  assert.equal(record.name, 'Koulupudokkuus');

  const same = await seen(environment, again, { id: record.id }, fragment, (root) => root.node);
  assert.deepEqual(same, record);
  return 'record again by id';
}

async function interfaceOfRecords() {
  const environment = newEnvironment();
  const query = artefact('operationsInitiativesQuery');
  const data = await fetchQuery(environment, query, { first: 20 }).toPromise();
  const types = new Set(data.initiatives.nodes.map((node) => node.__typename));
  assert.deepEqual([...types].sort(), ['Collection', 'Pilot', 'Project', 'RegionalProgramme']);
  return 'interface';
}

async function documentIds() {
  const query = artefact('operationsInitiativesQuery');
  exchanges.length = 0;
  for (const first of [1, 2]) {
    const data = await fetchQuery(newEnvironment(asDocumentId), query, { first }).toPromise();
    assert.equal(data.initiatives.nodes.length, first);
  }
  assert.deepEqual(exchanges.map((exchange) => exchange.document), [false, true, false]);
  return 'document id';
}

await run('relay-runtime', [compiled, pagedConnection, recordAgainById, interfaceOfRecords, documentIds]);
