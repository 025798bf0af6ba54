/**
 * oidc-client-ts: an application in a browser, with windows that walk through our pages.
 *
 * Owns: signing in and out, staying signed in, two tabs, what scripts of other origins may call.
 * Does not own: what the library does on its own (its tests), real browsers (`tests/console`).
 *
 * Usage: node oidc-client-ts.mjs world.json
 */

import assert from 'node:assert/strict';

// The library asks for both, and for nothing else, of a window.
globalThis.window = {};
globalThis.localStorage = undefined;

const { InMemoryWebStorage, UserManager, WebStorageStateStore } = await import('oidc-client-ts');
const { assertDead, assertReads, Browser, run, world } = await import('./stage.mjs');

const { addresses, clients, issuer, person } = world;
const ORIGIN = new URL(addresses.page).origin;

/** A window or frame of the browser; it closes where the service sends it back to the application. */
class Window {
  #browser;

  constructor(browser) {
    this.#browser = browser;
  }

  async prepare() {
    return this;
  }

  async navigate({ url }) {
    return { url: (await this.#browser.allow(url)).href };
  }

  close() {}
}

/** How the library writes down a user; ours are changed copies of one. */
function toStorageString() {
  return JSON.stringify(this);
}

/** Return the application in a tab; tabs of one browser share what it keeps. */
function tab(browser, store = new WebStorageStateStore({ store: new InMemoryWebStorage() }), address = addresses.page) {
  const window = new Window(browser);
  const settings = {
    authority: issuer,
    client_id: clients.public.id,
    redirect_uri: address,
    silent_redirect_uri: address,
    post_logout_redirect_uri: `${ORIGIN}/bye`,
    popup_post_logout_redirect_uri: `${ORIGIN}/bye`,
    scope: 'openid profile email offline_access drafts:read',
    loadUserInfo: true,
    automaticSilentRenew: false,
    userStore: store,
    stateStore: store,
  };
  return new UserManager(settings, window, window, window);
}

async function signIn() {
  const user = await tab(await Browser.signedIn()).signinPopup();
  assert.deepEqual([user.profile.sub, user.profile.name], [person.id, person.name]);
  assert.equal(user.profile.email, person.email);
  await assertReads(user.access_token);
  return 'signing in in a window, ID token, UserInfo, draft';
}

async function renewal() {
  const application = tab(await Browser.signedIn());
  const first = await application.signinPopup();
  const second = await application.signinSilent();
  assert.notEqual(second.refresh_token, first.refresh_token);
  await assertReads(second.access_token);
  return 'staying signed in by refresh token';
}

async function silence() {
  const browser = await Browser.signedIn();
  const application = tab(browser);
  const { refresh_token: _, ...kept } = await application.signinPopup();
  // Without a refresh token the library asks in a hidden frame, with prompt=none.
  await application.storeUser({ ...kept, toStorageString });
  const user = await application.signinSilent();
  assert.equal(user.profile.sub, person.id);
  await assertReads(user.access_token);
  await assert.rejects(tab(new Browser()).signinSilent(), { error: 'login_required' });
  // Any program on the device may pose as one that listens there (RFC 8252 §8.6).
  await assert.rejects(tab(browser, undefined, addresses.device).signinSilent(), { error: 'consent_required' });
  return 'signing in silently by the session, and a no without one or on a device';
}

async function tabs() {
  const browser = await Browser.signedIn();
  const store = new WebStorageStateStore({ store: new InMemoryWebStorage() });
  const [first, second] = [tab(browser, store), tab(browser, store)];
  await first.signinPopup();
  const users = await Promise.all([first.signinSilent(), second.signinSilent()]);
  for (const user of users) await assertReads(user.access_token);
  await assertReads((await first.signinSilent()).access_token);
  return 'two tabs that refresh at once';
}

async function revocation() {
  const application = tab(await Browser.signedIn());
  const { access_token, refresh_token } = await application.signinPopup();
  await application.revokeTokens();
  await assertDead(access_token);
  await application.storeUser({ ...(await application.getUser()), refresh_token, toStorageString });
  await assert.rejects(application.signinSilent(), { error: 'invalid_grant' });
  return 'revocation of both tokens';
}

async function signOut() {
  const browser = await Browser.signedIn();
  const application = tab(browser);
  await application.signinPopup();
  await application.signoutPopup();
  assert.equal(await application.getUser(), null);
  await assert.rejects(tab(browser).signinSilent(), { error: 'login_required' });
  return 'signing out in a window';
}

async function origins() {
  const about = await (await fetch(`${issuer}/.well-known/openid-configuration`)).json();
  const { token_endpoint, userinfo_endpoint, revocation_endpoint } = about;
  for (const endpoint of [token_endpoint, userinfo_endpoint, revocation_endpoint]) {
    for (const [origin, allowed] of [
      [ORIGIN, ORIGIN],
      ['https://app.example.fi', null],
      [`${ORIGIN}0`, null],
      ['null', null],
    ]) {
      const asked = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
      const preflight = await fetch(endpoint, { method: 'OPTIONS', headers: { origin, ...asked } });
      assert.equal(preflight.headers.get('access-control-allow-origin'), allowed);
      const answer = await fetch(endpoint, { method: 'POST', headers: { origin }, body: new URLSearchParams() });
      assert.equal(answer.headers.get('access-control-allow-origin'), allowed);
      assert.equal(answer.headers.get('access-control-allow-credentials'), null);
    }
  }
  const keys = await fetch(about.jwks_uri, { headers: { origin: 'https://any.example' } });
  assert.equal(keys.headers.get('access-control-allow-origin'), '*');
  return 'scripts may call from where public applications are registered, and from nowhere else';
}

await run('oidc-client-ts', [signIn, renewal, silence, tabs, revocation, signOut, origins]);
// The library's clocks for tokens that will expire go on.
process.exit();
