// Peer `mercurius`: Fastify with Mercurius, its just-in-time compiler and its loaders, on node-postgres.
//
// Owns: the schema, the SQL and the loaders, written as the documentation of Mercurius shows them.
// Does not own: how it is started (`bench/servers.py`).
//
// Every statement has a name, so that node-postgres prepares it once for each connection. Loaders are told not to
// cache: the cache is keyed by the whole parent object as JSON, which costs more than it saves here.

import { parseArgs } from 'node:util'
import Fastify from 'fastify'
import mercurius from 'mercurius'
import pg from 'pg'

const { values: asked } = parseArgs({
  options: {
    port: { type: 'string' },
    'socket-dir': { type: 'string' },
    database: { type: 'string' },
    'pool-size': { type: 'string' }
  }
})

const pool = new pg.Pool({
  host: asked['socket-dir'],
  port: 5432,
  user: 'postgres',
  database: asked.database,
  max: Number(asked['pool-size'])
})

const schema = `
type Query {
  pilot(id: ID!): Pilot
  pilots(first: Int = 20, after: String): [Pilot!]!
  pilotsWithin(area: String!, status: String!, first: Int = 20): [Pilot!]!
  countWithin(area: String!, status: String!): Int!
  search(text: String!, first: Int = 20): [Hit!]!
}
type Pilot {
  id: ID!
  slug: String!
  title: String!
  status: String!
  stage: String!
  areas: [Area!]!
  leadOrganisation: Organisation
  phenomena: [Phenomenon!]!
  participations: [Participation!]!
}
type Participation { role: String!, organisation: Organisation }
type Organisation { id: ID!, name: String!, areas: [Area!]! }
type Phenomenon { id: ID!, name: String! }
type Area { code: String!, name: String! }
type Hit { id: ID!, title: String! }
`

const pilot = `SELECT id, slug, title->>'fi' AS title, status, stage, lead_organisation_id AS "leadId"
  FROM initiative WHERE is_public AND kind = 'PILOT'`

async function rows (name, text, values) {
  const result = await pool.query({ name, text, values })
  return result.rows
}

const within = `${pilot} AND status = $2 AND id IN (
  SELECT l.initiative_id FROM initiative_area l
  JOIN area_reach r ON r.inner_id = l.area_id JOIN area a ON a.id = r.outer_id WHERE a.code = $1)`

const resolvers = {
  Query: {
    pilot: async (_, { id }) => (await rows('pilot', `${pilot} AND id = $1`, [id]))[0],
    pilots: (_, { first, after }) => {
      const [key, id] = after ? JSON.parse(Buffer.from(after, 'base64')) : ['', '']
      return rows('pilots', `${pilot} AND (sort_key, id) > ($2, $3) ORDER BY sort_key, id LIMIT $1`, [first, key, id])
    },
    pilotsWithin: (_, { area, status, first }) =>
      rows('within', `${within} ORDER BY starts_on DESC, id DESC LIMIT $3`, [area, status, first]),
    countWithin: async (_, { area, status }) =>
      (await rows('count', `SELECT count(*)::int AS n FROM (${within}) found`, [area, status]))[0].n,
    search: (_, { text, first }) => rows('search', `SELECT id, title->>'fi' AS title FROM record
      WHERE is_public AND kind = 'PILOT' AND document @@ ilmio_query($1)
      ORDER BY round(ts_rank(document, ilmio_query($1))::numeric, 6) DESC, id DESC LIMIT $2`, [text, first])
  }
}

const many = (name, text) => ({
  opts: { cache: false },
  loader: async (queries) => {
    const groups = new Map(queries.map(({ obj }) => [obj.id, []]))
    for (const row of await rows(name, text, [[...groups.keys()]])) groups.get(row.owner).push(row)
    return queries.map(({ obj }) => groups.get(obj.id))
  }
})

const organisation = (key) => ({
  opts: { cache: false },
  loader: async (queries) => {
    const ids = [...new Set(queries.map(({ obj }) => obj[key]).filter(Boolean))]
    const text = "SELECT id, name->>'fi' AS name FROM organisation WHERE is_public AND id = ANY($1)"
    const found = new Map((await rows('organisations', text, [ids])).map((row) => [row.id, row]))
    return queries.map(({ obj }) => found.get(obj[key]) ?? null)
  }
})

const loaders = {
  Pilot: {
    areas: many('areas of pilots', `SELECT l.initiative_id AS owner, a.code, a.name->>'fi' AS name
      FROM initiative_area l JOIN area a ON a.id = l.area_id
      WHERE l.initiative_id = ANY($1) ORDER BY a.sort_key, a.id`),
    leadOrganisation: organisation('leadId'),
    phenomena: many('phenomena of pilots', `SELECT l.initiative_id AS owner, p.id, p.name->>'fi' AS name
      FROM initiative_phenomenon l JOIN phenomenon p ON p.id = l.phenomenon_id AND p.is_public
      WHERE l.initiative_id = ANY($1) ORDER BY p.sort_key, p.id`),
    participations: many('participations of pilots', `SELECT initiative_id AS owner, id, role,
      organisation_id AS "organisationId"
      FROM participation WHERE initiative_id = ANY($1) ORDER BY ordinal, id`)
  },
  Participation: { organisation: organisation('organisationId') },
  Organisation: {
    areas: many('areas of organisations', `SELECT l.organisation_id AS owner, a.code, a.name->>'fi' AS name
      FROM organisation_area l JOIN area a ON a.id = l.area_id
      WHERE l.organisation_id = ANY($1) ORDER BY a.sort_key, a.id`)
  }
}

const app = Fastify({ logger: false })
app.register(mercurius, { schema, resolvers, loaders, jit: 1, graphiql: false })
await app.listen({ host: '127.0.0.1', port: Number(asked.port) })
process.on('SIGTERM', () => process.exit(0))
