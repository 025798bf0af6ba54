/**
 * oauth4webapi: the single steps of the protocol, and what happens when they come twice, at once or too late.
 *
 * Owns: races, thefts, and requests that no careful library would send.
 * Does not own: the flows as an application would run them (`openid-client.mjs`).
 *
 * Usage: node oauth4webapi.mjs world.json
 */

import assert from 'node:assert/strict';
import * as oauth from 'oauth4webapi';
import { assertDead, assertReads, Browser, draftRead, privateKey, run, stagehand, world } from './stage.mjs';

const { addresses, clients, issuer, person } = world;
const SCOPE = 'openid offline_access drafts:read';
const HTTP = { [oauth.allowInsecureRequests]: true };

const server = await discovered('oidc');

/** Return what the service tells of itself. */
async function discovered(algorithm) {
  const url = new URL(issuer);
  return oauth.processDiscoveryResponse(url, await oauth.discoveryRequest(url, { algorithm, ...HTTP }));
}

/** Return a client with its proof. */
async function known(name) {
  const { id, secret } = clients[name];
  const proofs = {
    basic: () => oauth.ClientSecretBasic(secret),
    key: async () => oauth.PrivateKeyJwt({ key: await privateKey(clients[name]), kid: 'one' }),
    public: () => oauth.None(),
    commandLine: () => oauth.None(),
  };
  const address = name === 'public' ? addresses.page : addresses.callback;
  return { client: { client_id: id }, proof: await proofs[name](), address };
}

/** Return the parameters of a new authorisation request, and the verifier that belongs to it. */
async function request({ client, address }, more = {}) {
  const verifier = oauth.generateRandomCodeVerifier();
  const parameters = {
    client_id: client.client_id,
    response_type: 'code',
    redirect_uri: address,
    scope: SCOPE,
    state: oauth.generateRandomState(),
    nonce: oauth.generateRandomNonce(),
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...more,
  };
  return { parameters, verifier };
}

/** Return the address at which a browser asks for authorisation. */
function addressOf(parameters) {
  return `${server.authorization_endpoint}?${new URLSearchParams(parameters)}`;
}

/** Have the person agree, and return the code as the client has checked it. */
async function coded(known_) {
  const asked = await request(known_);
  const back = await (await Browser.signedIn()).allow(addressOf(asked.parameters));
  const answer = oauth.validateAuthResponse(server, known_.client, back, asked.parameters.state);
  return { ...asked, answer };
}

/** Exchange a code, and return the response. */
function redeem({ client, proof, address }, { answer, verifier }) {
  return oauth.authorizationCodeGrantRequest(server, client, proof, answer, address, verifier, HTTP);
}

/** Return the tokens of the whole flow. */
async function signedIn(known_) {
  const code = await coded(known_);
  const response = await redeem(known_, code);
  const options = { expectedNonce: code.parameters.nonce, requireIdToken: true };
  return oauth.processAuthorizationCodeResponse(server, known_.client, response, options);
}

/** Exchange a refresh token, and return the response. */
function refresh({ client, proof }, token) {
  return oauth.refreshTokenGrantRequest(server, client, proof, token, HTTP);
}

/** Check that a response says no, with a code of the protocol. */
async function assertRefused(response, error, status = 400) {
  assert.deepEqual([response.status, (await response.json()).error], [status, error]);
}

async function signature() {
  const basic = await known('basic');
  const code = await coded(basic);
  const response = await redeem(basic, code);
  const options = { expectedNonce: code.parameters.nonce, requireIdToken: true };
  const tokens = await oauth.processAuthorizationCodeResponse(server, basic.client, response, options);
  await oauth.validateApplicationLevelSignature(server, response, HTTP);
  assert.equal(oauth.getValidatedIdTokenClaims(tokens).sub, person.id);
  assert.deepEqual(await discovered('oauth2'), server);
  return 'discovery, code, signature of the ID token';
}

async function twelve() {
  for (const name of ['basic', 'key', 'public']) {
    const known_ = await known(name);
    const code = await coded(known_);
    const responses = await Promise.all(Array.from({ length: 12 }, () => redeem(known_, code)));
    const good = responses.filter((each) => each.status === 200);
    assert.equal(good.length, 1);
    for (const each of responses.filter((response) => response.status !== 200)) {
      await assertRefused(each, 'invalid_grant');
    }
    // Whoever else had the code may have been a thief: what the first one got is dead, too.
    const { access_token, refresh_token } = await good[0].json();
    await assertDead(access_token);
    await assertRefused(await refresh(known_, refresh_token), 'invalid_grant');
  }
  return 'of twelve redemptions of one code at once exactly one succeeds, and its tokens end';
}

async function twoTabs() {
  for (const name of ['basic', 'public']) {
    const known_ = await known(name);
    const { refresh_token } = await signedIn(known_);
    const responses = await Promise.all([refresh(known_, refresh_token), refresh(known_, refresh_token)]);
    const tabs = await Promise.all(
      responses.map((each) => oauth.processRefreshTokenResponse(server, known_.client, each)),
    );
    for (const tab of tabs) {
      await assertReads(tab.access_token);
      const next = await oauth.processRefreshTokenResponse(
        server,
        known_.client,
        await refresh(known_, tab.refresh_token),
      );
      await assertReads(next.access_token);
    }
  }
  return 'two refreshes at once: both tabs stay signed in';
}

async function stolen() {
  for (const name of ['basic', 'public']) {
    const known_ = await known(name);
    const first = await signedIn(known_);
    const second = await oauth.processRefreshTokenResponse(
      server,
      known_.client,
      await refresh(known_, first.refresh_token),
    );
    assert.equal(await stagehand('grace-over', first.refresh_token), '1');
    await assertRefused(await refresh(known_, first.refresh_token), 'invalid_grant');
    await assertDead(second.access_token);
    await assertRefused(await refresh(known_, second.refresh_token), 'invalid_grant');
  }
  return 'a refresh token that comes again after the grace ends everything that came of it';
}

async function foreign() {
  const [basic, other] = [await known('basic'), await known('public')];
  const { refresh_token, access_token } = await signedIn(basic);
  await assertRefused(await refresh(other, refresh_token), 'invalid_grant');
  const code = await coded(basic);
  await assertRefused(await redeem(other, code), 'invalid_grant');
  const revoked = await oauth.revocationRequest(server, other.client, other.proof, access_token, HTTP);
  await assertRefused(revoked, 'invalid_grant');
  await assertReads(access_token);
  assert.equal((await redeem(basic, code)).status, 200);
  return "another client's code and tokens are no use";
}

async function proofs() {
  const basic = await known('basic');
  const code = await coded(basic);
  const wrong = { ...code, verifier: oauth.generateRandomCodeVerifier() };
  await assertRefused(await redeem(basic, wrong), 'invalid_grant');
  const nobody = { ...basic, proof: oauth.None() };
  await assertRefused(await redeem(nobody, code), 'invalid_client', 401);
  const stranger = { ...basic, proof: oauth.ClientSecretBasic(`${clients.basic.secret.slice(0, -1)}x`) };
  await assertRefused(await redeem(stranger, code), 'invalid_client', 401);
  const elsewhere = { ...basic, address: `${addresses.callback}/else` };
  await assertRefused(await redeem(elsewhere, code), 'invalid_grant');
  const key = await known('key');
  const jti = oauth.generateRandomState();
  const reused = oauth.PrivateKeyJwt(
    { key: await privateKey(clients.key), kid: 'one' },
    { [oauth.modifyAssertion]: (_header, payload) => (payload.jti = jti) },
  );
  const twice = { ...key, proof: reused };
  await assertRefused(await refresh(twice, 'rubbish'), 'invalid_grant');
  await assertRefused(await refresh(twice, 'rubbish'), 'invalid_client', 401);
  return 'wrong verifier, missing or wrong secret, another address, an assertion twice: refused';
}

async function requests() {
  const basic = await known('basic');
  const { parameters } = await request(basic);
  const browser = await Browser.signedIn();
  const plain = await browser.sentFrom(addressOf({ ...parameters, code_challenge_method: 'plain' }));
  const { code_challenge: _, code_challenge_method: __, ...bare } = parameters;
  const without = await browser.sentFrom(addressOf(bare));
  for (const back of [plain, without]) {
    assert.equal(back.searchParams.get('error'), 'invalid_request');
    assert.equal(back.searchParams.get('iss'), issuer);
    assert.equal(back.searchParams.get('state'), parameters.state);
  }
  const elsewhere = await browser.open(addressOf({ ...parameters, redirect_uri: 'https://evil.example/cb' }));
  assert.deepEqual([elsewhere.status, elsewhere.left], [400, undefined]);
  const pushed = await oauth.pushedAuthorizationRequest(server, basic.client, basic.proof, bare, HTTP);
  await assertRefused(pushed, 'invalid_request');
  return 'requests without PKCE or with another address: refused, told with iss or to nobody';
}

async function posted() {
  const basic = await known('basic');
  const { parameters, verifier } = await request(basic);
  // A page of the application sends a form, and with it no cookie of ours comes.
  const options = { method: 'POST', body: new URLSearchParams(parameters), redirect: 'manual' };
  const headers = { origin: 'https://app.example.fi', 'sec-fetch-site': 'cross-site' };
  const led = await fetch(server.authorization_endpoint, { ...options, headers });
  assert.equal(led.status, 303);
  const page = new URL(led.headers.get('location'), issuer);
  const back = await (await Browser.signedIn()).allow(page);
  const answer = oauth.validateAuthResponse(server, basic.client, back, parameters.state);
  assert.equal((await redeem(basic, { answer, verifier })).status, 200);
  const body = new URLSearchParams({ ticket: page.searchParams.get('ticket'), allowed: 'yes' });
  const forged = await fetch(`${server.authorization_endpoint}/decide`, { ...options, body, headers });
  assert.equal(forged.status, 403);
  return 'a request that a page of the application posts; a decision that another page posts is refused';
}

async function device() {
  const { client, proof } = await known('commandLine');
  const asked = await oauth.processDeviceAuthorizationResponse(
    server,
    client,
    await oauth.deviceAuthorizationRequest(server, client, proof, { scope: 'drafts:read org:members' }, HTTP),
  );
  const poll = () => oauth.deviceCodeGrantRequest(server, client, proof, asked.device_code, HTTP);
  await assertRefused(await poll(), 'authorization_pending');
  await assertRefused(await poll(), 'slow_down');
  const browser = await Browser.signedIn();
  const page = await browser.open(asked.verification_uri_complete);
  await browser.press(page, 'allowed', 'no');
  await assertRefused(await poll(), 'access_denied');
  const application = await known('public');
  const foreign = await oauth.deviceAuthorizationRequest(
    server,
    application.client,
    application.proof,
    { scope: 'drafts:read' },
    HTTP,
  );
  await assertRefused(foreign, 'unauthorized_client');
  return 'device flow: pending, too fast, a no, and no other client than the command line';
}

async function keys() {
  const { keys: published } = await (await fetch(server.jwks_uri)).json();
  assert.deepEqual(published.map((each) => each.alg).sort(), ['ES256', 'RS256']);
  for (const secret of ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k']) {
    assert.ok(published.every((each) => !(secret in each)));
  }
  assert.equal((await draftRead('ilm_at_rubbish')).status, 401);
  return 'published keys are public ones';
}

await run('oauth4webapi', [signature, twelve, twoTabs, stolen, foreign, proofs, requests, posted, device, keys]);
