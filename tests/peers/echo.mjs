// Calls `exh-oauth1 sandbox --echo` with npm's oauth-1.0a, in every place. `run-echo` starts it.

import { createHmac } from 'node:crypto';

import OAuth from 'oauth-1.0a';

const environment = process.env;
const consumer = { key: environment.API_OAUTH_CONSUMER_KEY, secret: environment.API_OAUTH_CONSUMER_SECRET };
const token = { key: environment.API_OAUTH_TOKEN, secret: environment.API_OAUTH_TOKEN_SECRET };
const url = `${environment.API_HOST}/any/path?a=1&c=%C3%BC`;
const form = { b: 'x y' };
const hash = name => (base, key) => createHmac(name, key).update(base).digest('base64');
const methods = { 'HMAC-SHA1': hash('sha1'), 'HMAC-SHA256': hash('sha256'), PLAINTEXT: undefined };

let failed = false;
for (const [method, hash_function] of Object.entries(methods)) {
  const oauth = new OAuth({ consumer, signature_method: method, hash_function });
  for (const place of ['header', 'query', 'form']) {
    for (const used of [token, undefined]) {
      const data = place === 'query' ? {} : form;
      // The library adds the query to the object that it is given.
      const parameters = oauth.authorize({ url, method: 'POST', data: { ...data } }, used);
      const pairs = Object.entries(parameters).filter(([name]) => name.startsWith('oauth_'));
      const headers = place === 'header' ? oauth.toHeader(parameters) : {};
      const query = place === 'query' ? `&${new URLSearchParams(pairs)}` : '';
      const body = new URLSearchParams(place === 'form' ? { ...data, ...Object.fromEntries(pairs) } : data);
      const response = await fetch(url + query, { method: 'POST', headers, body });
      const received = await response.json();
      failed ||= received.signature?.place !== place || received.signature.method !== method;
      const legs = used ? 'with a token' : 'without a token';
      console.log(`oauth-1.0a: ${place}, ${method}, ${legs}: ${response.status} ${received.message ?? ''}`);
    }
  }
}
process.exit(failed ? 1 : 0);
