/**
 * urql: POST, GET, automatic persisted queries, a normalized cache that knows the schema, errors.
 *
 * Usage: node urql.mjs http://127.0.0.1:8000/graphql
 */

import assert from 'node:assert/strict';
import { Client, cacheExchange, fetchExchange, gql } from '@urql/core';
import { cacheExchange as graphcache } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';
import { persistedExchange } from '@urql/exchange-persisted';
import { getIntrospectionQuery } from 'graphql';
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

const INITIATIVES = gql`
  query UrqlInitiatives($first: Int!, $after: String) {
    initiatives(first: $first, after: $after) {
      totalCount
      edges {
        node {
          __typename
          ... on Node {
            id
          }
          ...UrqlTitle
        }
      }
      pageInfo {
        hasNextPage
        endCursor
      }
    }
  }

  fragment UrqlTitle on Initiative {
    title
    period {
      start
    }
  }
`;

const ONE_PROJECT = gql`
  query UrqlProject($id: ID!) {
    node(id: $id) {
      id
      ... on Initiative {
        title
      }
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

/** Pages of an interface become one list, whose members are then found by their id without asking again. */
async function normalizedCache() {
  const introspection = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: getIntrospectionQuery({ descriptions: false }) }),
  });
  const { data: schema } = await introspection.json();
  const node = (_, { id }, cache) => cache.keyOfEntity({ __typename: 'Project', id });
  const cache = graphcache({
    schema,
    keys: { Period: () => null },
    resolvers: { Query: { initiatives: relayPagination(), node } },
  });
  const { fetch: recording, exchanges } = recorded();
  const client = new Client({ url, fetch: recording, exchanges: [cache, fetchExchange], preferGetMethod: false });

  let after = null;
  let list;
  do {
    const { data, error } = await client.query(INITIATIVES, { first: 4, after }).toPromise();
    assert.equal(error?.message, undefined);
    list = data.initiatives;
    after = list.pageInfo.endCursor;
  } while (list.pageInfo.hasNextPage);
  assert.equal(new Set(list.edges.map((edge) => edge.node.id)).size, list.totalCount);

  const asked = exchanges.length;
  const project = list.edges.map((edge) => edge.node).find((each) => each.__typename === 'Project');
  const { data } = await client.query(ONE_PROJECT, { id: project.id }).toPromise();
  assert.deepEqual([data.node.title, exchanges.length], [project.title, asked]);
  return 'normalized cache with the introspected schema';
}

async function refusal() {
  const { client, exchanges } = newClient({ preferGetMethod: false });
  const { error } = await client.query(MISSPELT, {}).toPromise();
  assert.equal(error.networkError?.message, undefined);
  assert.equal(error.graphQLErrors[0].extensions.code, 'VALIDATION_FAILED');
  assert.deepEqual(exchanges.map((exchange) => exchange.status), [422]);
  return 'refusal (422)';
}

await run('@urql/core', [post, get, automaticPersistedQuery, normalizedCache, refusal]);
