/** An operation with the types that graphql-codegen has made for it. */

import assert from 'node:assert/strict';
import { answer } from '../answer.js';
import { graphql } from './generated/gql.js';

const PILOTS = graphql(`
  query PresetPilots($area: String!) {
    pilots(first: 5, filter: { area: { within: $area } }, orderBy: { field: TITLE, direction: ASC }) {
      totalCount
      nodes {
        title
        status
        period {
          start
          end
        }
        areas {
          nodes {
            code
          }
        }
      }
    }
  }
`);

const { pilots } = await answer(PILOTS, { area: 'MK10' });
const titles: (string | null)[] = pilots.nodes.map((pilot) => pilot.title);
const codes: string[] = pilots.nodes.flatMap((pilot) => pilot.areas.nodes.map((area) => area.code));
assert.equal(pilots.totalCount, pilots.nodes.length);
assert.ok(titles.includes('Etelä-Savon alueelliset pilotit'));
assert.ok(codes.includes('MK10'));
