// The identity provider of an organisation, by a library that is certified for it.
//
// Usage: node serve_provider.js <JSON>, an object with `clients` (their metadata) and `person` (claims of whoever comes:
// everybody is signed in without a question). Writes a line with the issuer when it serves, and a line after each
// command that it reads: `rotate` replaces its keys, `logout <client> <sub> <sid>` tells a client of a sign-out.

import { generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { Provider } from "oidc-provider";

const { clients, person } = JSON.parse(process.argv[2]);
const server = createServer((request, response) => serve(request, response));
let issuer, provider, serve, keys = 0;

// The library writes notices; standard output is for our lines alone.
console.info = console.warn = console.error;

server.listen(0, "127.0.0.1", () => {
  issuer = `http://127.0.0.1:${server.address().port}`;
  begin();
  console.log(issuer);
});

createInterface({ input: process.stdin }).on("line", async (line) => {
  const [command, client, sub, sid] = line.split(" ");
  if (command === "rotate") {
    begin();
  } else {
    await (await provider.Client.find(client)).backchannelLogout(sub, sid);
  }
  console.log("done");
});

function begin() {
  provider = new Provider(issuer, {
    clients,
    jwks: { keys: [newKey()] },
    cookies: { keys: ["not a secret"] },
    scopes: ["openid", "email", "profile"],
    claims: { email: ["email", "email_verified"], profile: ["name", "locale"] },
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      encryption: { enabled: true },
    },
    interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_context, sub) => ({ accountId: sub, claims: () => ({ ...person, sub }) }),
    loadExistingGrant,
    // Its dispatcher keeps away from addresses of this machine, which is where everything is here.
    fetch: (url, { dispatcher: _dispatcher, ...options }) => fetch(url, options),
  });
  provider.on("grant.error", (_context, error) => console.error(error.error_description, error.error_detail));
  const callback = provider.callback();
  serve = (request, response) =>
    request.url.startsWith("/interaction/") ? signIn(request, response) : callback(request, response);
}

function newKey() {
  keys += 1;
  const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  return { ...privateKey.export({ format: "jwk" }), kid: `key-${keys}`, use: "sig", alg: "RS256" };
}

async function signIn(request, response) {
  await provider.interactionFinished(request, response, { login: { accountId: person.sub } });
}

async function loadExistingGrant({ oidc }) {
  const grant = new oidc.provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
  grant.addOIDCScope("openid email profile");
  await grant.save();
  return grant;
}
