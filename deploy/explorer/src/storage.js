/**
 * What the explorer keeps in the browser between visits: tabs and history, but never request headers.
 *
 * A bearer token is typed into the headers tab. GraphiQL leaves headers out of the tabs it stores, but its history
 * writes them down with every query that is run.
 */

import { createLocalStorage } from '@graphiql/toolkit';

const HOLDS_HEADERS = /:(queries|favorites|tabState)$/;
const withoutHeaders = (text) => JSON.stringify(JSON.parse(text), (key, value) => (key === 'headers' ? null : value));

export function storageWithoutHeaders() {
  const storage = createLocalStorage({ namespace: 'ilmio-explorer' });
  const { setItem } = storage;
  storage.setItem = (key, text) => setItem(key, HOLDS_HEADERS.test(key) ? withoutHeaders(text) : text);
  return storage;
}
