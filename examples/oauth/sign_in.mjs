/**
 * A program on a person's own machine: sign in through the browser, ask in the person's name, refresh, ask again.
 *
 * Usage, with Node 20 or newer:
 *   npm install --no-save openid-client
 *   ILMIO_CLIENT=client_… node examples/oauth/sign_in.mjs
 *
 * The client is a public application with the redirect address http://127.0.0.1:8765/back.
 */

import { createServer } from 'node:http';
import { once } from 'node:events';
import * as oidc from 'openid-client';

const issuer = new URL(process.env.ILMIO ?? 'http://localhost:8000');
const redirect = new URL('http://127.0.0.1:8765/back');
const local = issuer.protocol === 'http:' ? { execute: [oidc.allowInsecureRequests] } : {};

const server = await oidc.discovery(issuer, process.env.ILMIO_CLIENT, undefined, oidc.None(), local);

// 1. Send the person to the service, with what binds the answer to this program.
const verifier = oidc.randomPKCECodeVerifier();
const state = oidc.randomState();
const address = oidc.buildAuthorizationUrl(server, {
  redirect_uri: redirect.href,
  scope: 'openid profile offline_access drafts:read',
  code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
  state,
});
console.log(`Open this in a browser:\n\n  ${address.href}\n`);

// 2. Exchange the code with which the person comes back. Issuer, state and ID token are checked.
const answer = await cameBack();
let tokens = await oidc.authorizationCodeGrant(server, answer, {
  pkceCodeVerifier: verifier,
  expectedState: state,
});
const who = await oidc.fetchUserInfo(server, tokens.access_token, tokens.claims().sub);
console.log(`Signed in as ${who.name}, for ${tokens.expires_in} s, with ${tokens.scope}.`);
console.log(await drafts(tokens.access_token));

// 3. Later: new tokens for the refresh token. Keep the new one, the old one is used up.
tokens = await oidc.refreshTokenGrant(server, tokens.refresh_token);
console.log(await drafts(tokens.access_token));

// 4. Sign out: the refresh token and all that came of it end.
await oidc.tokenRevocation(server, tokens.refresh_token);

/** Return the address with which the browser comes back to this program. */
async function cameBack() {
  const listener = createServer((_, response) => response.end('You can close this page.'));
  listener.listen(Number(redirect.port), redirect.hostname);
  const [request] = await once(listener, 'request');
  listener.close();
  return new URL(request.url, redirect);
}

/** Return titles and states of the pilots in Kymenlaakso, drafts among them if the person may read some. */
async function drafts(token) {
  const query = '{ pilots(filter: { area: { within: "MK08" } }) { nodes { title publication { status } } } }';
  const response = await fetch(new URL('/graphql', issuer), {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'accept-language': 'en' },
    body: JSON.stringify({ query }),
  });
  if (response.status === 401) throw new Error('The token does not hold any more: refresh it, or sign in again.');
  const { data, errors } = await response.json();
  if (errors) throw new Error(errors.map(({ message, extensions }) => `${extensions.code}: ${message}`).join('\n'));
  return data.pilots.nodes;
}
