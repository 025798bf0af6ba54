/**
 * Start the explorer in the page that the server sent.
 *
 * Owns: how GraphiQL is set up for this API.
 * Does not own: the page and its configuration block (`ilmio_api.web.pages`), the examples (`examples/queries`).
 */

import './style-nonce.js';
import { HISTORY_PLUGIN } from '@graphiql/plugin-history';
import { createGraphiQLFetcher } from '@graphiql/toolkit';
import { GraphiQL } from 'graphiql';
import { getIntrospectionQuery } from 'graphql';
import { createRoot } from 'react-dom/client';
import { examplesPanel } from './examples-panel.jsx';
import { leaveEditorOnEscape } from './keyboard.js';
import { storageWithoutHeaders } from './storage.js';
import 'graphiql/style.css';
import './explorer.css';

const LANGUAGES = ['fi', 'sv', 'en', 'se', 'smn', 'sms'];
const configuration = JSON.parse(document.getElementById('configuration').textContent);
const endpoint = new URL(location.pathname, location.href);
const linked = new URLSearchParams(location.search);

self.MonacoEnvironment = {
  getWorker: (_, language) => new Worker(configuration.workers[language] ?? configuration.workers.editor, { type: 'module' }),
};

/** The API takes a bearer token only; a cookie of the console on the same origin has no business there. */
const fetchWithoutCookies = (url, init) => fetch(url, { ...init, credentials: 'omit' });

const fetcher = createGraphiQLFetcher({
  url: endpoint.href,
  subscriptionUrl: endpoint.href.replace(/^http/, 'ws'),
  fetch: fetchWithoutCookies,
  enableIncrementalDelivery: false,
  // GraphiQL asks with an older question that hides `@oneOf`; without it the checker accepts wrong `by:` arguments.
  schemaFetcher: async (parameters, options) => {
    const query = getIntrospectionQuery({
      inputValueDeprecation: true, oneOf: true, schemaDescription: true, specifiedByUrl: true,
    });
    const answer = await fetchWithoutCookies(endpoint.href, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json', ...options?.headers },
      body: JSON.stringify({ ...parameters, query }),
    });
    return answer.json();
  },
});

const linkedTab = linked.has('query')
  ? [{ query: linked.get('query'), variables: linked.get('variables') ?? undefined }]
  : [];

/** The reader's language as far as the API knows it, to begin with. */
const language = navigator.languages.map((tag) => tag.split('-')[0]).find((each) => LANGUAGES.includes(each)) ?? 'fi';

const examples = examplesPanel(configuration.examples);
const hasRoomForPanel = matchMedia('(min-width: 60rem)').matches;

leaveEditorOnEscape(document);
createRoot(document.getElementById('explorer')).render(
  <GraphiQL
    fetcher={fetcher}
    storage={storageWithoutHeaders()}
    defaultTabs={[...linkedTab, ...configuration.examples.map(({ query }) => ({ query }))]}
    initialQuery={linkedTab[0]?.query}
    initialVariables={linkedTab[0]?.variables}
    defaultHeaders={`{\n  "Accept-Language": "${language}"\n}`}
    defaultEditorToolsVisibility="headers"
    shouldPersistHeaders={false}
    showPersistHeadersSettings={false}
    plugins={[examples, HISTORY_PLUGIN]}
    visiblePlugin={hasRoomForPanel ? examples : undefined}
  >
    <GraphiQL.Logo>
      <a className="explorer-home" href="./">Ilmiö API</a>
    </GraphiQL.Logo>
  </GraphiQL>,
);
