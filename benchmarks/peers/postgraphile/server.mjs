// Peer `postgraphile`: PostGraphile 5 with its preset Amber on grafserv, over node's own HTTP server.
//
// Owns: the preset.
// Does not own: the functions that add Finnish texts to the schema (`bench/database.py` makes them, because PostGraphile
// publishes what is in the database), how it is started (`bench/servers.py`).

import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import { grafserv } from 'postgraphile/grafserv/node'
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber'
import { makePgService } from 'postgraphile/adaptors/pg'
import { postgraphile } from 'postgraphile'

const { values: asked } = parseArgs({
  options: {
    port: { type: 'string' },
    'socket-dir': { type: 'string' },
    database: { type: 'string' },
    'pool-size': { type: 'string' }
  }
})

const preset = {
  extends: [PostGraphileAmberPreset],
  // Without it, columns that are not the first of an index could be neither filtered nor ordered by.
  disablePlugins: ['PgIndexBehaviorsPlugin'],
  pgServices: [
    makePgService({
      schemas: ['public'],
      poolConfig: {
        host: asked['socket-dir'],
        port: 5432,
        user: 'postgres',
        database: asked.database,
        max: Number(asked['pool-size'])
      }
    })
  ],
  grafserv: { graphiql: false, websockets: false, watch: false, graphqlOverGET: true },
  grafast: { explain: false }
}

const server = createServer()
const serv = postgraphile(preset).createServ(grafserv)
await serv.addTo(server)
server.listen(Number(asked.port), '127.0.0.1')
process.on('SIGTERM', () => process.exit(0))
