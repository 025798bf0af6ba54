/**
 * What every client's script needs around it: the world it is told of, a person with a browser, and the runner.
 *
 * Owns: walking the pages of the service with plain HTTP, reading the draft, telling what was done and what failed.
 * Does not own: the protocol (each client's own file), who and what there is (`tests/clients/account_world.py`).
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The world: issuer, stagehand, draft, person, addresses, clients. */
export const world = JSON.parse(readFileSync(process.argv.at(-1), 'utf8'));

/** Have the stagehand do something that cannot be done from outside. */
export async function stagehand(deed, body = '') {
  return (await fetch(`${world.stagehand}/${deed}`, { method: 'POST', body })).text();
}

/** A browser of the person, signed in. It stops where the service sends it to another site. */
export class Browser {
  #cookies = new Map();

  static async signedIn() {
    const browser = new Browser();
    browser.#keep(await stagehand('sign-in'));
    return browser;
  }

  /** Go to an address of the service, and return the address that it sends the browser to in the end. */
  async sentFrom(address) {
    const arrived = await this.open(address);
    return arrived.left ?? assert.fail(`not sent on: ${arrived.status} ${textOf(arrived.page)}`);
  }

  /** The same, saying yes where the service asks for consent. */
  async allow(address, answer = 'yes') {
    const arrived = await this.open(address);
    return arrived.left ?? (await this.press(arrived, 'allowed', answer)).left;
  }

  /** Return the page that the service shows, or the address of another site that it sends the browser to. */
  async open(address, options = {}) {
    const url = new URL(address, world.issuer);
    if (url.origin !== world.issuer) return { left: url };
    const headers = { cookie: [...this.#cookies.values()].join('; '), ...options.headers };
    const response = await fetch(url, { ...options, headers, redirect: 'manual' });
    response.headers.getSetCookie().forEach((each) => this.#keep(each));
    const next = response.headers.get('location');
    if (next) return this.open(new URL(next, url));
    const page = await response.text();
    const onward = page.match(/http-equiv="refresh" content="0; url=([^"]*)"/);
    return onward ? this.open(new URL(unescaped(onward[1]), url)) : { page, url, status: response.status };
  }

  /** Press the button of a form on a page, and return what comes next. */
  async press({ page, url, status }, name, value) {
    const forms = [...page.matchAll(/<form method="post" action="([^"]*)"[^>]*>(.*?)<\/form>/gs)];
    const form = forms.find(([text]) => text.includes(`name="${name}" value="${value}"`));
    assert.ok(form, `no form with ${name}: ${status} ${textOf(page)}`);
    const fields = new URLSearchParams({ [name]: value });
    for (const [, field, given] of form[2].matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)) {
      fields.set(field, unescaped(given));
    }
    const headers = { origin: world.issuer, 'sec-fetch-site': 'same-origin' };
    return this.open(new URL(unescaped(form[1]), url), { method: 'POST', body: fields, headers });
  }

  #keep(cookie) {
    const pair = cookie.split(';')[0];
    this.#cookies.set(pair.split('=')[0], pair);
  }
}

/** Ask the API for the draft; return the status, and the draft's id or null. */
export async function draftRead(token) {
  const response = await fetch(`${world.issuer}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify({
      query: 'query Draft($slug: String!) { phenomenon(by: { slug: $slug }) { id } }',
      variables: { slug: world.draft.slug },
    }),
  });
  const answer = await response.json();
  return { status: response.status, id: answer.data?.phenomenon?.id ?? null };
}

/** Check that the draft can be read with a token, and not without one. */
export async function assertReads(token) {
  assert.deepEqual(await draftRead(token), { status: 200, id: world.draft.id });
  assert.equal((await draftRead()).id, null);
}

/** Check that a token opens nothing any more, within the second that is promised. */
export async function assertDead(token) {
  const deadline = performance.now() + 1000;
  while ((await draftRead(token)).status !== 401) assert.ok(performance.now() < deadline, 'still alive after a second');
}

/** Return the private key of a client, for signing. */
export function privateKey({ key }) {
  return crypto.subtle.importKey('jwk', key, { name: 'ECDSA', namedCurve: 'P-256' }, false, ['sign']);
}

/**
 * Run the tasks of a client one after another and print what the runner reads: the version of the package, what was
 * shown, and what failed. A task returns what it has shown.
 */
export async function run(name, tasks) {
  console.log(`version: ${require(`./node_modules/${name}/package.json`).version}`);
  for (const task of tasks) {
    try {
      console.log(await task());
    } catch (error) {
      console.error(`${task.name}: ${error?.stack ?? error}`);
      if (error?.cause) console.error(error.cause);
      process.exitCode = 1;
    }
  }
}

/** Return what stands in an attribute of a page. */
function unescaped(text) {
  const characters = { '&amp;': '&', '&lt;': '<', '&gt;': '>', '&#34;': '"', '&#39;': "'" };
  return text.replace(/&(amp|lt|gt|#34|#39);/g, (entity) => characters[entity]);
}

/** Return the text of a page, for a message. */
function textOf(page) {
  return page.replace(/<style.*?<\/style>|<[^>]*>/gs, ' ').replace(/\s+/g, ' ').slice(0, 400);
}
