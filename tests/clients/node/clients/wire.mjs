/**
 * What a client sends and gets, seen from outside.
 *
 * Owns: recording requests, and telling the runner what was done and what failed.
 * Does not own: what a client should send (each client's own file).
 */

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** Return a fetch function, and the list of exchanges that it fills: method, whether a document was sent, status. */
export function recorded() {
  const exchanges = [];
  const recording = async (resource, options = {}) => {
    const request = new Request(resource, options);
    const asked = request.method === 'GET' ? sentInAddress(request) : await request.clone().json();
    const response = await fetch(request);
    exchanges.push({
      method: request.method,
      document: Boolean(asked.query),
      status: response.status,
      type: response.headers.get('content-type').split(';')[0],
    });
    return response;
  };
  return { fetch: recording, exchanges };
}

/** Return the parameters of a GET request. */
function sentInAddress(request) {
  return Object.fromEntries(new URL(request.url).searchParams);
}

/**
 * Run the tasks of a client one after another and print what the runner reads: the version of the package, what was
 * done, and what failed. A task returns what it has shown.
 */
export async function run(name, tasks) {
  console.log(`version: ${require(`${name}/package.json`).version}`);
  for (const task of tasks) {
    try {
      console.log(await task());
    } catch (error) {
      console.error(`${task.name}: ${error?.stack ?? error}`);
      process.exitCode = 1;
    }
  }
}
