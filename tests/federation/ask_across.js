// Composes the published schema with the subgraph of a partner, and asks a question across both.
//
// Usage: node ask_across.js <address of /graphql>. Writes one JSON object: the errors of the composition, the answer.
// The partner runs in this process; the service is asked over HTTP, by a gateway's own executor.

import { getStitchedSchemaFromSupergraphSdl } from "@graphql-tools/federation";
import { composeServices } from "@theguild/federation-composition";
import { buildSchema, execute, graphql, parse } from "graphql";

const PARTNER = `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.0", import: ["@key", "@shareable"])

  type Query {
    stations(first: Int): StationConnection!
    station(code: String!): Station
  }

  "A weather station, which our areas know nothing of."
  type Station {
    code: String!
    area: Area
    studiedIn: Project
  }

  "A list of the partner's own, with the page information that everybody defines."
  type StationConnection {
    nodes: [Station!]!
    pageInfo: PageInfo!
  }

  type PageInfo @shareable {
    hasNextPage: Boolean!
    hasPreviousPage: Boolean!
    startCursor: String
    endCursor: String
  }

  type Area @key(fields: "code") {
    code: String!
    rainyDays: Int
  }

  type Project @key(fields: "slug") {
    slug: String!
  }
`;

const GATEWAY_FIELDS = `
  scalar _Any
  union _Entity = Area | Project
  extend type Query { _entities(representations: [_Any!]!): [_Entity]! }
`;

const RAINY_DAYS = { KU091: 171, MK01: 180 };
const ROOT = {
  station: ({ code }) => ({
    code,
    area: { __typename: "Area", code: "KU091", rainyDays: RAINY_DAYS.KU091 },
    studiedIn: { __typename: "Project", slug: "parasta-itaa" },
  }),
  _entities: ({ representations }) => representations.map((each) => ({ ...each, rainyDays: RAINY_DAYS[each.code] })),
};

// From the partner into the service by code and by slug, and from the service back to the partner.
const QUESTION = `{
  station(code: "S1") {
    code
    area { name(language: FI) rainyDays within(kind: REGION) { code rainyDays } }
    studiedIn { status }
  }
  area(code: "MK01") { name(language: SV) rainyDays }
}`;

const url = process.argv[2];
const partner = buildSchema(PARTNER + GATEWAY_FIELDS, { assumeValidSDL: true });
const composed = composeServices([
  { name: "ilmio", url, typeDefs: parse(await publishedSDL()) },
  { name: "partner", url: "http://partner.invalid", typeDefs: parse(PARTNER) },
]);
const errors = (composed.errors ?? []).map((error) => error.message);
const answer = errors.length === 0 ? await askGateway(composed.supergraphSdl) : null;
process.stdout.write(JSON.stringify({ errors, answer }));

async function publishedSDL() {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ _service { sdl } }" }),
  });
  return (await response.json()).data._service.sdl;
}

async function askGateway(supergraphSdl) {
  const schema = getStitchedSchemaFromSupergraphSdl({
    supergraphSdl,
    onSubschemaConfig(subschema) {
      if (subschema.name.toLowerCase() === "partner") {
        subschema.executor = ({ document, variables }) =>
          execute({ schema: partner, document, rootValue: ROOT, variableValues: variables });
      }
    },
  });
  return graphql({ schema, source: QUESTION });
}
