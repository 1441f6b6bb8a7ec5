// Writes vectors/exh-javascript-sdk.json: whole headers made by Extra Horizon's own JavaScript SDK.
//
//     node exh_sdk.mjs FOLDER      FOLDER holds node_modules with the SDK at the version pinned in vectors/README.md
//
// Requests end in an axios adapter given here, so nothing leaves the machine. Math.random and Date.now are fixed while
// the SDK signs. The stages come from the few lines of RFC 5849 below; every ordinary row must agree with the SDK's
// signature.

import { createHmac } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';

const SDK = '8.14.1';
const QS = '6.15.2';
const ROWS = 500;
const SEED = 0x5849;

const folder = resolve(process.argv[2] ?? '.');
const require = createRequire(join(folder, 'index.js'));
const { createOAuth1Client, rqlBuilder } = require('@extrahorizon/javascript-sdk');
const qs = createRequire(require.resolve('@extrahorizon/javascript-sdk'))('qs');
for (const [name, version, found] of [
  ['@extrahorizon/javascript-sdk', SDK, require('@extrahorizon/javascript-sdk/package.json').version],
  ['qs', QS, createRequire(require.resolve('@extrahorizon/javascript-sdk'))('qs/package.json').version],
]) {
  if (found !== version) throw new Error(`${name} is ${found}, not ${version}`);
}

// A small generator with a fixed seed (mulberry32).
let state = SEED;
function random() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const below = (count) => Math.floor(random() * count);
const pick = (list) => list[below(list.length)];
const hex = (length) => Array.from({ length }, () => below(16).toString(16)).join('');

// RFC 5849 on octets, held as one character per octet.
const octets = (text) => Buffer.from(text, 'utf8').toString('latin1');
const encodeOctets = (text) =>
  text.replace(/[^A-Za-z0-9._~-]/g, (o) => '%' + o.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0'));
const encode = (text) => encodeOctets(octets(text));
const decode = (text) =>
  octets(text)
    .replace(/\+/g, ' ')
    .replace(/%([0-9A-Fa-f]{2})/g, (_, digits) => String.fromCharCode(parseInt(digits, 16)));
const order = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

function stages(method, uri, protocol) {
  const [, base, query] = /^([^?]*)\??(.*)$/.exec(uri);
  const pairs = query
    .split('&')
    .filter((piece) => piece !== '')
    .map((piece) => {
      const at = piece.indexOf('=');
      return at < 0 ? [piece, ''] : [piece.slice(0, at), piece.slice(at + 1)];
    })
    .map((pair) => pair.map((text) => encodeOctets(decode(text))))
    .filter(([name]) => name !== 'oauth_signature');
  pairs.push(...protocol.map((pair) => pair.map(encode)));
  pairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]));
  const normalized = pairs.map((pair) => pair.join('=')).join('&');
  return {
    base_string_uri: base,
    normalized_parameters: normalized,
    base_string: [method.toUpperCase(), base, normalized].map(encode).join('&'),
  };
}

// What the SDK signs instead: its parameters are what qs makes of the query.
function baseStringOfSdk(method, uri, protocol) {
  const [, base, query] = /^([^?]*)\??(.*)$/.exec(uri);
  const flat = [];
  for (const [name, value] of Object.entries({ ...qs.parse(query), ...Object.fromEntries(protocol) })) {
    if (Array.isArray(value)) flat.push(...value.map((each) => [name, each]));
    else if (typeof value === 'object') {
      flat.push(...Object.entries(value).map(([inner, each]) => [`${name}[${inner}]`, each]));
    } else flat.push([name, value]);
  }
  const pairs = flat.map(([name, value]) => [encode(name), encode(String(value || ''))]);
  pairs.sort((a, b) => order(a[0], b[0]) || order(a[1], b[1]));
  const normalized = pairs.map((pair) => pair.join('=')).join('&');
  return [method.toUpperCase(), base, normalized].map(encode).join('&');
}

function hmac(row, base) {
  const key = [row.client_secret, row.token_secret ?? ''].map(encode).join('&');
  return createHmac('sha1', key).update(base).digest('base64');
}

// One request through the SDK; the header it would have sent.
async function headerOf(row, host, path, body) {
  const config = { host, consumerKey: row.consumer, consumerSecret: row.client_secret };
  if (row.token) Object.assign(config, { token: row.token, tokenSecret: row.token_secret });
  let sent;
  const adapter = async (request) => {
    sent = request;
    return { data: {}, status: 200, statusText: 'OK', headers: {}, config: request };
  };
  const [{ random: oldRandom }, { now: oldNow }] = [Math, Date];
  const now = 1_500_000_000_000 + below(1_000_000_000) * 1000 + below(1000);
  Math.random = random;
  Date.now = () => now;
  try {
    await createOAuth1Client(config).raw.request({ method: row.method, url: path, data: body, adapter });
  } finally {
    Math.random = oldRandom;
    Date.now = oldNow;
  }
  row.uri = sent.baseURL + sent.url;
  return sent.headers.Authorization;
}

async function make(number, { flags, comment, method, host, path, body, token = true, cause }) {
  const row = { method: method.toUpperCase(), consumer: hex(40), client_secret: hex(40) };
  if (token) Object.assign(row, { token: hex(40), token_secret: hex(40) });
  const header = await headerOf(row, host, path, body);
  const claimed = [...header.matchAll(/([a-z_]+)="([^"]*)"/g)].map(([, n, v]) => [n, decodeURIComponent(v)]);
  const theirs = claimed.find(([name]) => name === 'oauth_signature')[1];
  const protocol = claimed.filter(([name]) => name !== 'oauth_signature');
  const right = stages(row.method, row.uri, protocol);
  const signature = hmac(row, right.base_string);
  if ((signature !== theirs) !== flags.includes('sdk-deviation')) throw new Error(`unexpected: ${row.uri}`);
  const test = {
    id: `exh-javascript-sdk-${String(number).padStart(3, '0')}`,
    comment,
    flags,
    through: 'signing',
    method: row.method,
    uri: row.uri,
    protocol_parameters: protocol,
    signature_method: 'HMAC-SHA1',
    client_secret: row.client_secret,
    token_secret: row.token_secret,
    ...right,
    signature,
    authorization: header.replace(encode(theirs), encode(signature)),
  };
  if (signature !== theirs) {
    const base = baseStringOfSdk(row.method, row.uri, protocol);
    if (hmac(row, base) !== theirs) throw new Error(`the SDK signs yet another base string: ${row.uri}`);
    test.refused = { signature: theirs, base_string: base, cause };
  }
  test.result = signature === theirs ? 'valid' : 'invalid';
  return test;
}

const HOSTS = ['https://api.example.com', 'api.dev.example.com', 'example.org/', 'http://localhost:8080', 'https://localhost'];
const PATHS = [
  '/users/v1/', '/users/v1/me', '/users/v1/patients', '/data/v1/', '/data/v1/5e8f/documents/', '/files/v1/', '/tasks/v1/',
  '/auth/v2/oauth1/tokens', '/templates/v1/', '/tasks/v1/api/my-function/a/b', '/configurations/v2/users/60f1/', '/files/v1/a~b_c-d.e/file',
];
const VALUES = [
  'zoe@example.com', 'a b', 'a+b', '100%', 'é', 'Zoë & Ünal', '日本語', '😀', "O'Neill", '~!*()', 'a,b', 'x=y', '2024-01-31T10:00:00Z',
  '-_.!~*\'()', '"quoted"', 'a/b?c#d', '[1]', '%20', '5e8f3b1c', 'true', '*', '<>',
];
const FIELDS = ['id', 'email', 'data.name', 'creation_timestamp', 'roles.id', 'first_name', 'status', '~x', 'a-b'];

// RQL by the SDK's own builder, which encodes each value twice.
function rql() {
  const builder = rqlBuilder();
  const verbs = [
    () => builder.eq(pick(FIELDS), pick(VALUES)),
    () => builder.ne(pick(FIELDS), pick(VALUES)),
    () => builder.in(pick(FIELDS), [pick(VALUES), pick(VALUES), pick(VALUES)]),
    () => builder.like(pick(FIELDS), pick(VALUES)),
    () => builder.gt(pick(FIELDS), pick(VALUES)),
    () => builder.select([pick(FIELDS), pick(FIELDS)]),
    () => builder.sort('-' + pick(FIELDS)),
    () => builder.limit(1 + below(50), below(500)),
    () => builder.contains(pick(FIELDS), rqlBuilder().eq(pick(FIELDS), pick(VALUES)).intermediate()),
  ];
  for (let count = 1 + below(4); count > 0; count -= 1) pick(verbs)();
  return builder.build();
}

// RQL as people type it.
function typed() {
  const terms = [
    'eq(a,b)', 'limit(10)', 'select(id)', 'select(id,name)', 'sort(-creation_timestamp)', 'in(id,1,2)', 'like(name,*jo*)',
    "eq(name,O'Neill)", 'eq(tag,~!*)', 'ge(age,18)', 'eq(email,zoe%40example.com)', 'skipCount()', 'eq(a,b)', 'out(id,3,4)',
    'eq(name,John%2520Doe)', 'eq(name,%25C3%25A9)', 'eq(name,%C3%A9)', 'eq(name,%e6%97%a5)', 'eq(x,a+b)', 'eq(x,a%2Bb)', 'eq(x,a%20b)',
  ];
  return '?' + Array.from({ length: 1 + below(4) }, () => pick(terms)).join('&');
}

const spell = (text) => pick([encodeURIComponent, encode, (t) => encode(t).replace(/%[0-9A-F]{2}/g, (e) => e.toLowerCase())])(text);
// Brackets in a name are what qs reads in its own way; they have rows of their own below.
const NAMES = ['a', 'b', 'a1', 'a10', 'name', 'é', '~', "it's", 'a.b', '10', '9', 'A', '日本', 'q!', 'x y'];
function plain() {
  const pieces = Array.from({ length: 1 + below(5) }, () => spell(pick(NAMES)) + pick(['=', '=', '=' + spell(pick(VALUES)), '=' + spell(pick(VALUES)), '']));
  if (random() < 0.4) pieces.push(pieces[0], pick(pieces));
  if (random() < 0.1) pieces.push('');
  return '?' + pieces.join('&');
}

const KINDS = [
  ['rql-built', rql, "RQL from the SDK's builder"],
  ['rql-typed', typed, 'RQL as typed'],
  ['query', plain, 'Names and values, some repeated'],
  ['no-query', () => '', 'No query'],
];
const NOTES = {
  'rql-built': "The query comes from the SDK's rqlBuilder, which encodes each value twice.",
  'rql-typed': 'The query is RQL as somebody types it.',
  query: 'Ordinary names and values: reserved characters, UTF-8, repeated names, empty values.',
  'no-query': 'No query at all.',
  'json-body': 'A JSON body is sent, which is not signed.',
  'no-token': 'Signed with client credentials only, as when a token is asked for.',
  'sdk-deviation': 'The SDK signs what qs makes of the query; refused holds that, the rest is what RFC 5849 asks for.',
};
const DEVIATIONS = [
  ['a[]=1&a[]=2', 'Empty brackets belong to the name.', 'The brackets of a[] were dropped.'],
  ['a%5B%5D=1&a%5B%5D=2', 'Encoded brackets belong to the name.', 'The encoded brackets of a[] were dropped.'],
  ['a[0]=x&a[1]=y', 'Indexes belong to the name.', 'The indexes were dropped.'],
  ['a[b][c]=1', 'Nested brackets belong to the name.', 'A nested object was signed as its JavaScript text.'],
  ['contains(x[0],1)', 'Brackets inside RQL belong to the name.', 'The name was cut after the brackets.'],
  ['a=1&a[b]=2', 'A name with and without brackets is two names.', 'Two names were merged into one.'],
  ['toString=1&a=2', 'A name may be that of an object method.', 'The name of an object method was dropped.'],
  ['=v&a=1', 'An empty name is kept.', 'A pair with an empty name was dropped.'],
  ['a=%E4', 'An octet that is no UTF-8 stays what it is.', 'The escape was not decoded and its percent sign encoded again.'],
  ['oauth_signature=x&a=1', 'oauth_signature is never signed.', 'oauth_signature from the query was signed.'],
  [Array.from({ length: 1001 }, (_, n) => `p${n}=1`).join('&'), 'The thousand and first parameter is signed too.', 'Only the first thousand parameters were signed.'],
];

const tests = [];
while (tests.length < ROWS) {
  const [flag, query, comment] = pick(KINDS.slice(0, random() < 0.1 ? 4 : 3));
  const method = pick(['get', 'get', 'post', 'put', 'patch', 'delete']);
  const flags = [flag];
  const body = method.startsWith('p') ? { name: pick(VALUES), tags: ['a', 'b'] } : undefined;
  if (body) flags.push('json-body');
  const token = random() >= 0.03;
  if (!token) flags.push('no-token');
  const request = { flags, method, body, token, host: pick(HOSTS), path: pick(PATHS) + query() };
  tests.push(await make(tests.length + 1, { ...request, comment: `${comment}, ${method.toUpperCase()}.` }));
}
for (const [query, comment, cause] of DEVIATIONS) {
  const path = `/data/v1/?${query}`;
  tests.push(await make(tests.length + 1, { flags: ['sdk-deviation'], comment, cause, method: 'get', host: HOSTS[0], path }));
}

const head = {
  source: 'Requests signed by Extra Horizon\'s JavaScript SDK, nonce and time fixed',
  url: 'https://www.npmjs.com/package/@extrahorizon/javascript-sdk',
  version: `@extrahorizon/javascript-sdk ${SDK}, qs ${QS}, seed ${SEED}`,
  license: 'as this project; the SDK is MIT',
  generator: "generate/exh_sdk.mjs: signature and authorization are the SDK's (its signature in refused for sdk-deviation); "
    + 'the other stages are computed there and again by generate/rfc5849.py.',
  notes: NOTES,
  numberOfTests: tests.length,
};
const rows = tests.map((test) => `  ${JSON.stringify(test)}`).join(',\n');
const text = `${JSON.stringify(head, null, 1).slice(0, -2)},\n "tests": [\n${rows}\n ]\n}\n`;
writeFileSync(new URL('../exh-javascript-sdk.json', import.meta.url), text);
