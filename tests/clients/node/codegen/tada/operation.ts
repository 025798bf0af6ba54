/** An operation whose types gql.tada reads off the schema while TypeScript checks it. */

import assert from 'node:assert/strict';
import { initGraphQLTada } from 'gql.tada';
import { answer } from '../answer.js';
import type { introspection } from './generated/schema.js';

const graphql = initGraphQLTada<{
  introspection: introspection;
  scalars: { Date: string; DateTime: string; Decimal: string; URL: string };
}>();

const PROJECT = graphql(`
  query TadaProject($slug: String!) {
    project(by: { slug: $slug }) {
      title
      status
      sources {
        system
        url
      }
      claims {
        field
        preferred
      }
    }
  }
`);

const { project } = await answer(PROJECT, { slug: 'parasta-itaa' });
assert.ok(project !== null);
const systems: string[] = project.sources.map((source) => source.system);
assert.ok(systems.length > 1);
assert.ok(project.claims.some((claim) => claim.preferred));
