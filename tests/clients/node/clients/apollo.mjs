/**
 * Apollo Client: a list and its next page through the cache, fragments on interfaces and unions, GET, automatic
 * persisted queries, errors.
 *
 * Usage: node apollo.mjs http://127.0.0.1:8000/graphql
 */

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { relayStylePagination } from '@apollo/client/utilities';
import { filter, firstValueFrom } from 'rxjs';
import { recorded, run } from './wire.mjs';

const NEWEST = 'application/graphql-response+json';
const [url] = process.argv.slice(2);

const PHENOMENON = gql`
  query ApolloPhenomenon($slug: String!) {
    phenomenon(by: { slug: $slug }) {
      id
      fi: name
      sv: name(language: SV)
      en: name(language: EN)
    }
  }
`;

const PHENOMENA = gql`
  query ApolloPhenomena($first: Int!, $after: String) {
    phenomena(first: $first, after: $after) {
      totalCount
      edges {
        cursor
        node {
          id
          name
        }
      }
      pageInfo {
        hasNextPage
        hasPreviousPage
        startCursor
        endCursor
      }
    }
  }
`;

const POSSIBLE_TYPES = '{ __schema { types { kind name possibleTypes { name } } } }';

const FOUND = gql`
  query ApolloFound($text: String!) {
    search(text: $text, first: 20) {
      nodes {
        __typename
        ... on Node {
          id
        }
        ...ApolloTitle
      }
    }
  }

  fragment ApolloTitle on Initiative {
    title
  }
`;

const UNKNOWN = gql`
  query ApolloUnknown {
    phenomena(first: 1) {
      totalCount
    }
    phenomenon(by: { slug: "there-is-no-such-slug" }) {
      id
    }
  }
`;

const TOO_LONG = gql`
  query ApolloTooLong {
    phenomena(first: 101) {
      totalCount
    }
  }
`;

/** Return a client, and what it has sent. */
function newClient(options = {}, before = []) {
  const { fetch, exchanges } = recorded();
  const link = ApolloLink.from([...before, new HttpLink({ uri: url, fetch, ...options })]);
  const typePolicies = { Query: { fields: { phenomena: relayStylePagination() } } };
  return { client: new ApolloClient({ link, cache: new InMemoryCache({ typePolicies }) }), exchanges };
}

/** Ask for school dropout by its slug. */
async function schoolDropout(client) {
  const { data } = await client.query({ query: PHENOMENON, variables: { slug: 'koulupudokkuus' } });
  assert.equal(data.phenomenon.fi, 'Koulupudokkuus');
  assert.equal(data.phenomenon.sv, 'Skolavhopp');
  assert.equal(data.phenomenon.en, 'School dropout');
}

async function post() {
  const { client, exchanges } = newClient();
  await schoolDropout(client);
  await schoolDropout(client); // from the cache, which knows the phenomenon by its id
  assert.deepEqual(exchanges, [{ method: 'POST', document: true, status: 200, type: NEWEST }]);
  return 'POST';
}

async function nextPage() {
  const { client } = newClient();
  const watched = client.watchQuery({ query: PHENOMENA, variables: { first: 2 } });
  const arrived = watched.pipe(filter((result) => !result.loading));
  const subscription = arrived.subscribe();
  const { data } = await firstValueFrom(arrived);
  await watched.fetchMore({ variables: { after: data.phenomena.pageInfo.endCursor } });
  const merged = client.readQuery({ query: PHENOMENA, variables: { first: 2 } }).phenomena.edges;
  subscription.unsubscribe();
  assert.equal(merged.length, 4);
  assert.equal(new Set(merged.map((edge) => edge.node.id)).size, 4);
  return 'next page';
}

/** The cache is told which types an interface has, as Apollo's documentation shows, and so keeps what is asked of it. */
async function interfaces() {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: POSSIBLE_TYPES }),
  });
  const { types } = (await answer.json()).data.__schema;
  const several = types.filter((type) => type.possibleTypes);
  const possibleTypes = Object.fromEntries(
    several.map((type) => [type.name, type.possibleTypes.map(({ name }) => name)]),
  );
  const client = new ApolloClient({ link: new HttpLink({ uri: url }), cache: new InMemoryCache({ possibleTypes }) });
  const { data } = await client.query({ query: FOUND, variables: { text: 'nuoret' } });
  const kept = client.readQuery({ query: FOUND, variables: { text: 'nuoret' } });
  assert.deepEqual(kept, data);
  const titled = kept.search.nodes.filter((node) => possibleTypes.Initiative.includes(node.__typename));
  assert.ok(titled.length > 0 && titled.every((node) => node.title));
  return 'interfaces and unions in the cache';
}

async function get() {
  const { client, exchanges } = newClient({ useGETForQueries: true });
  await schoolDropout(client);
  assert.deepEqual(exchanges, [{ method: 'GET', document: true, status: 200, type: NEWEST }]);
  return 'GET';
}

/** The first client tells the document, after which any other may send its hash alone. */
async function automaticPersistedQuery() {
  const sha256 = (text) => createHash('sha256').update(text).digest('hex');
  const persisted = () => [new PersistedQueryLink({ sha256, useGETForHashedQueries: true })];
  const first = newClient({}, persisted());
  await schoolDropout(first.client);
  const [hashOnly, withDocument] = first.exchanges;
  assert.deepEqual([hashOnly.method, hashOnly.document], ['GET', false]);
  assert.deepEqual([withDocument.method, withDocument.document, withDocument.status], ['POST', true, 200]);

  const second = newClient({}, persisted());
  await schoolDropout(second.client);
  assert.deepEqual(second.exchanges, [{ method: 'GET', document: false, status: 200, type: NEWEST }]);
  return 'persisted query';
}

async function partialAnswer() {
  const { client, exchanges } = newClient();
  const { data, error } = await client.query({ query: UNKNOWN, errorPolicy: 'all' });
  assert.ok(data.phenomena.totalCount > 0);
  assert.equal(data.phenomenon, null);
  assert.equal(error.errors[0].extensions.code, 'NOT_FOUND');
  assert.equal(exchanges[0].status, 294);
  return 'data with errors (294)';
}

async function refusal() {
  const { client, exchanges } = newClient();
  const { error } = await client.query({ query: TOO_LONG, errorPolicy: 'all' });
  assert.ok(CombinedGraphQLErrors.is(error), String(error));
  assert.equal(error.errors[0].extensions.code, 'BAD_PAGE_SIZE');
  assert.equal(exchanges[0].status, 422);
  return 'refusal (422)';
}

await run('@apollo/client', [post, nextPage, interfaces, get, automaticPersistedQuery, partialAnswer, refusal]);
