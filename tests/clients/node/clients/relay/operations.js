/**
 * What Relay's compiler reads: a connection that can be paged, a record that can be fetched again by its id, an
 * interface. Never run: the runtime uses what the compiler makes of it.
 */

import { graphql } from 'relay-runtime';

export const list = graphql`
  query operationsPhenomenaQuery {
    ...operationsPhenomena
  }
`;

export const page = graphql`
  fragment operationsPhenomena on Query
  @argumentDefinitions(count: { type: "Int", defaultValue: 2 }, cursor: { type: "String" })
  @refetchable(queryName: "operationsPhenomenaPageQuery") {
    phenomena(first: $count, after: $cursor, orderBy: { field: NAME, direction: ASC })
      @connection(key: "operations_phenomena") {
      edges {
        node {
          id
          name
        }
      }
    }
  }
`;

export const record = graphql`
  query operationsPhenomenonQuery($slug: String!) {
    phenomenon(by: { slug: $slug }) {
      ...operationsPhenomenon
    }
  }
`;

export const refetched = graphql`
  fragment operationsPhenomenon on Phenomenon @refetchable(queryName: "operationsPhenomenonAgainQuery") {
    id
    name
    version
  }
`;

export const initiatives = graphql`
  query operationsInitiativesQuery($first: Int!) {
    initiatives(first: $first) {
      nodes {
        __typename
        title
        ... on Project {
          id
        }
        ... on Node {
          id
        }
      }
    }
  }
`;
