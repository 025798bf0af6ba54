/**
 * urql: POST, GET, automatic persisted queries, errors.
 *
 * Usage: node urql.mjs http://127.0.0.1:8000/graphql
 */

import assert from 'node:assert/strict';
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { recorded, run } from './wire.mjs';

const NEWEST = 'application/graphql-response+json';
const [url] = process.argv.slice(2);

const AREA = gql`
  query UrqlArea($code: String!) {
    area(code: $code) {
      __typename
      id
      code
      name(language: FI)
    }
  }
`;

const MISSPELT = gql`
  query UrqlMisspelt {
    phenomena {
      count
    }
  }
`;

/** Return a client, and what it has sent. */
function newClient(options = {}, before = []) {
  const { fetch, exchanges } = recorded();
  const client = new Client({ url, fetch, exchanges: [cacheExchange, ...before, fetchExchange], ...options });
  return { client, exchanges };
}

/** Ask for South Savo, a region. */
async function southSavo(client) {
  const { data, error } = await client.query(AREA, { code: 'MK10' }).toPromise();
  assert.equal(error?.message, undefined);
  assert.equal(data.area.name, 'Etelä-Savo');
}

async function post() {
  const { client, exchanges } = newClient({ preferGetMethod: false });
  await southSavo(client);
  await southSavo(client); // from the cache
  assert.deepEqual(exchanges, [{ method: 'POST', document: true, status: 200, type: NEWEST }]);
  return 'POST';
}

async function get() {
  const { client, exchanges } = newClient({ preferGetMethod: 'force' });
  await southSavo(client);
  assert.deepEqual(exchanges, [{ method: 'GET', document: true, status: 200, type: NEWEST }]);
  return 'GET';
}

/** The first client tells the document, after which any other may send its hash alone. */
async function automaticPersistedQuery() {
  const persisted = () => [persistedExchange({ preferGetForPersistedQueries: true })];
  const first = newClient({}, persisted());
  await southSavo(first.client);
  assert.deepEqual(first.exchanges.map((exchange) => exchange.document), [false, true]);

  const second = newClient({}, persisted());
  await southSavo(second.client);
  assert.deepEqual(second.exchanges, [{ method: 'GET', document: false, status: 200, type: NEWEST }]);
  return 'persisted query';
}

async function refusal() {
  const { client, exchanges } = newClient({ preferGetMethod: false });
  const { error } = await client.query(MISSPELT, {}).toPromise();
  assert.equal(error.networkError?.message, undefined);
  assert.equal(error.graphQLErrors[0].extensions.code, 'VALIDATION_FAILED');
  assert.deepEqual(exchanges.map((exchange) => exchange.status), [422]);
  return 'refusal (422)';
}

await run('@urql/core', [post, get, automaticPersistedQuery, refusal]);
