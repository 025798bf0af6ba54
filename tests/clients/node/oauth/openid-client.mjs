/**
 * openid-client: an application on a server or a device, in each way to authenticate, and services.
 *
 * Owns: what an application of a partner would do with the library that most of them take.
 * Does not own: races and thefts (`oauth4webapi.mjs`), applications in a browser (`oidc-client-ts.mjs`).
 *
 * Usage: node openid-client.mjs world.json
 */

import assert from 'node:assert/strict';
import * as client from 'openid-client';
import { assertDead, assertReads, Browser, draftRead, privateKey, run, world } from './stage.mjs';

const { addresses, clients, issuer, person } = world;
const SCOPE = 'openid profile email offline_access content:read drafts:read';
const APPLICATIONS = ['basic', 'post', 'key', 'public'];
const SERVICES = ['basicService', 'postService', 'keyService'];

/** Return the configuration of a client, from what the service tells of itself. */
async function configured(name) {
  const { id, secret } = clients[name];
  const proofs = {
    basic: () => client.ClientSecretBasic(secret),
    post: () => client.ClientSecretPost(secret),
    key: async () => client.PrivateKeyJwt({ key: await privateKey(clients[name]), kid: 'one' }),
    public: () => client.None(),
    commandLine: () => client.None(),
  };
  const proof = await proofs[name.replace('Service', '')]();
  const metadata = { id_token_signed_response_alg: name === 'post' ? 'RS256' : 'ES256' };
  const options = { execute: [client.allowInsecureRequests, client.enableNonRepudiationChecks] };
  return client.discovery(new URL(issuer), id, metadata, proof, options);
}

/** Return a new authorisation request, and what its answer is checked with. */
async function request(redirect_uri = addresses.callback, more = {}) {
  const checks = {
    pkceCodeVerifier: client.randomPKCECodeVerifier(),
    expectedState: client.randomState(),
    expectedNonce: client.randomNonce(),
    idTokenExpected: true,
    maxAge: 3600,
  };
  const parameters = {
    redirect_uri,
    scope: SCOPE,
    code_challenge: await client.calculatePKCECodeChallenge(checks.pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: checks.expectedState,
    nonce: checks.expectedNonce,
    max_age: String(checks.maxAge),
    ...more,
  };
  return { checks, parameters };
}

/** Sign the person in to a client, and return its configuration, the tokens and the browser. */
async function signedIn(name) {
  const config = await configured(name);
  // On a device the port is whichever is free.
  const address = name === 'public' ? addresses.device.replace('127.0.0.1', '127.0.0.1:49152') : addresses.callback;
  const { checks, parameters } = await request(address);
  const browser = await Browser.signedIn();
  const back = await browser.allow(client.buildAuthorizationUrl(config, parameters));
  assert.equal(`${back.origin}${back.pathname}`, address);
  assert.equal(back.searchParams.get('iss'), issuer);
  return { config, browser, tokens: await client.authorizationCodeGrant(config, back, checks) };
}

async function discovery() {
  const config = await configured('basic');
  assert.equal(config.serverMetadata().supportsPKCE(), true);
  assert.equal(config.serverMetadata().authorization_response_iss_parameter_supported, true);
  const same = { algorithm: 'oauth2', execute: [client.allowInsecureRequests] };
  const other = await client.discovery(new URL(issuer), clients.basic.id, undefined, undefined, same);
  assert.deepEqual(other.serverMetadata(), config.serverMetadata());
  return 'discovery, by OpenID Connect and by RFC 8414 the same';
}

const flows = APPLICATIONS.map((name) =>
  // The name is what a failure is told with.
  Object.defineProperty(
    async () => {
      const { config, tokens } = await signedIn(name);
      const claims = tokens.claims();
      assert.deepEqual([claims.sub, claims.aud, claims.iss], [person.id, clients[name].id, issuer]);
      const about = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
      assert.deepEqual([about.name, about.email], [person.name, person.email]);
      await assertReads(tokens.access_token);
      const fresh = await client.refreshTokenGrant(config, tokens.refresh_token);
      assert.notEqual(fresh.refresh_token, tokens.refresh_token);
      await assertReads(fresh.access_token);
      return `${name}: code with PKCE, iss, signed ID token, UserInfo, refresh with rotation, draft`;
    },
    'name',
    { value: `flow of ${name}` },
  ),
);

async function pushed() {
  for (const name of ['basic', 'key', 'public']) {
    const config = await configured(name);
    const { checks, parameters } = await request(name === 'public' ? addresses.device : addresses.callback);
    const address = await client.buildAuthorizationUrlWithPAR(config, parameters);
    assert.deepEqual([...address.searchParams.keys()].sort(), ['client_id', 'request_uri']);
    const back = await (await Browser.signedIn()).allow(address);
    await assertReads((await client.authorizationCodeGrant(config, back, checks)).access_token);
    const again = await (await Browser.signedIn()).open(address);
    assert.equal(again.status, 400);
  }
  return 'pushed requests (PAR), each good once';
}

async function refused() {
  const config = await configured('basic');
  const { checks, parameters } = await request(addresses.callback, { prompt: 'consent' });
  const browser = await Browser.signedIn();
  const denied = await browser.allow(client.buildAuthorizationUrl(config, parameters), 'no');
  const answered = client.authorizationCodeGrant(config, denied, checks);
  await assert.rejects(answered, { name: 'AuthorizationResponseError', error: 'access_denied' });
  assert.equal(denied.searchParams.get('iss'), issuer);
  const silent = client.buildAuthorizationUrl(config, { ...parameters, prompt: 'none' });
  const nobody = await new Browser().sentFrom(silent);
  assert.equal(nobody.searchParams.get('error'), 'login_required');
  assert.equal(nobody.searchParams.get('iss'), issuer);
  return 'a no, and nobody there with prompt=none, both told with iss';
}

async function services() {
  for (const name of SERVICES) {
    const tokens = await client.clientCredentialsGrant(await configured(name), { scope: 'drafts:read' });
    assert.equal(tokens.scope, 'drafts:read');
    assert.equal(tokens.refresh_token, undefined);
    await assertReads(tokens.access_token);
    const narrow = await client.clientCredentialsGrant(await configured(name), { scope: 'content:read' });
    assert.equal((await draftRead(narrow.access_token)).id, null);
  }
  return 'client credentials with basic, post and key; no draft without the scope';
}

async function device() {
  const config = await configured('commandLine');
  const asked = await client.initiateDeviceAuthorization(config, { scope: 'openid drafts:read' });
  const browser = await Browser.signedIn();
  const page = await browser.open(asked.verification_uri_complete);
  assert.ok(page.page.includes(asked.user_code));
  const decided = await browser.press(page, 'allowed', 'yes');
  assert.equal(decided.status, 200);
  const tokens = await client.pollDeviceAuthorizationGrant(config, asked);
  assert.equal(tokens.claims().sub, person.id);
  await assertReads(tokens.access_token);
  return 'device flow of the command line, allowed on its page';
}

async function introspection() {
  const { config, tokens } = await signedIn('public');
  const gateway = await configured('basicService');
  const known = await client.tokenIntrospection(gateway, tokens.access_token);
  assert.deepEqual([known.active, known.sub, known.client_id], [true, person.id, clients.public.id]);
  assert.ok(known.scope.split(' ').includes('drafts:read'));
  await client.tokenRevocation(config, tokens.access_token);
  assert.deepEqual(await client.tokenIntrospection(gateway, tokens.access_token), { active: false });
  assert.deepEqual(await client.tokenIntrospection(gateway, 'rubbish'), { active: false });
  return 'introspection by a gateway of the organisation';
}

async function revocation() {
  const { config, tokens } = await signedIn('key');
  await assertReads(tokens.access_token);
  await client.tokenRevocation(config, tokens.access_token);
  await assertDead(tokens.access_token);
  const { access_token, refresh_token } = await client.refreshTokenGrant(config, tokens.refresh_token);
  await client.tokenRevocation(config, refresh_token);
  await assertDead(access_token);
  const refreshed = client.refreshTokenGrant(config, refresh_token);
  await assert.rejects(refreshed, { name: 'ResponseBodyError', error: 'invalid_grant' });
  return 'revocation, dead within a second, a refresh token with all that came of it';
}

async function logout() {
  const { config, browser, tokens } = await signedIn('basic');
  const wish = { id_token_hint: tokens.id_token, post_logout_redirect_uri: addresses.farewell, state: 'bye' };
  const farewell = await browser.sentFrom(client.buildEndSessionUrl(config, wish));
  assert.equal(farewell.href, `${addresses.farewell}?state=bye`);
  const { parameters } = await request(addresses.callback, { prompt: 'none' });
  const silent = await browser.sentFrom(client.buildAuthorizationUrl(config, parameters));
  assert.equal(silent.searchParams.get('error'), 'login_required');
  return 'signing out at the wish of the application, without a question';
}

async function logoutOfAnotherSession() {
  const { config, tokens } = await signedIn('basic');
  const browser = await Browser.signedIn();
  const wish = { id_token_hint: tokens.id_token, post_logout_redirect_uri: addresses.farewell };
  const page = await browser.open(client.buildEndSessionUrl(config, wish));
  const farewell = await browser.press(page, 'sign_out', 'yes');
  assert.equal(farewell.left.href, addresses.farewell);
  return 'signing out of a session that the application does not know, after a question';
}

await run('openid-client', [
  discovery,
  ...flows,
  pushed,
  refused,
  services,
  device,
  introspection,
  revocation,
  logout,
  logoutOfAnotherSession,
]);
