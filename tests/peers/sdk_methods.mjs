// Calls each method of Extra Horizon's JavaScript SDK once, against a running sandbox. `tests/peers/run-sdk` starts
// both. Exits with 1 unless each method either works or gets the error of a service that does not exist.

import sdk from '@extrahorizon/javascript-sdk';

const environment = process.env;
const client = () =>
  sdk.createOAuth1Client({
    host: environment.API_HOST,
    consumerKey: environment.API_OAUTH_CONSUMER_KEY,
    consumerSecret: environment.API_OAUTH_CONSUMER_SECRET,
  });
const login = { email: environment.SANDBOX_EMAIL, password: environment.SANDBOX_PASSWORD };
const exh = client();
const { id: tokenId } = await client().auth.authenticate(login);
await exh.auth.authenticate(login);
const { id: userId } = await exh.users.me();
const upload = async () => (await exh.files.createFromText('text')).tokens[0].token;
const file = await upload();
const read = (await exh.files.generateToken(file, { accessLevel: 'read' })).token;
const { mfa } = await client()
  .auth.authenticate({ email: environment.SANDBOX_MFA_EMAIL, password: environment.SANDBOX_MFA_PASSWORD })
  .catch(error => error.response);
const totp = mfa.methods.find(({ type }) => type === 'totp').id;

// The arguments of served methods that need more than a generic value.
const ARGUMENTS = {
  'users.findById': [userId],
  'users.findByEmail': [login.email],
  'users.update': [userId, { firstName: 'Sandy' }],
  'files.create': ['name', Buffer.from('content')],
  'files.createFromText': ['text'],
  'files.findByName': ['text'],
  'files.retrieve': [file],
  'files.retrieveStream': [file],
  'files.getDetails': [file],
  'files.generateToken': [file, { accessLevel: 'read' }],
  'files.deleteToken': [file, read],
  'files.remove': [await upload()],
  'auth.authenticate': [login],
  'auth.confirmMfa': [{ token: mfa.token, methodId: totp, code: environment.SANDBOX_MFA_CODE }],
  'auth.oauth1.tokens.findById': [tokenId],
  'auth.oauth1.tokens.remove': [tokenId],
  'auth.oauth1.removeToken': [(await client().auth.authenticate(login)).id],
};
// A parameter's name says what it is.
function generic(name) {
  if (/^(options|\.\.\.)/.test(name)) return undefined;
  if (/body|data|fields|rql|properties|transition|tags|preferences/i.test(name)) return {};
  return name.endsWith('s') ? [userId] : userId;
}

function methods(service, path) {
  return Object.entries(service).flatMap(([name, member]) => {
    const inner = [...path, name];
    if (typeof member === 'function') return [[inner.join('.'), service, member]];
    return member && typeof member === 'object' && inner[0] !== 'raw' ? methods(member, inner) : [];
  });
}

const counts = { works: 0, 'is not served': 0, FAILED: 0 };
// Signing out comes last.
const all = methods(exh, []).sort(([one], [other]) => (one === 'auth.logout') - (other === 'auth.logout'));
for (const [name, service, method] of all) {
  const parameters = /^(?:async )?\w*\s*\(([^)]*)\)/.exec(method.toString())?.[1] ?? '';
  const names = parameters.split(',').map(parameter => parameter.trim().split(/[ =]/)[0]);
  let thrown;
  try {
    const result = await method.apply(service, ARGUMENTS[name] ?? names.map(generic));
    if (result?.next) await result.next();
  } catch (error) {
    thrown = error;
  }
  // A method that returns bytes also gives the error's body as bytes.
  const body = thrown?.response ?? {};
  const code = 0 in body ? JSON.parse(Buffer.from(Object.values(body))).code : body.code;
  let outcome = 'FAILED';
  if (!thrown) outcome = 'works';
  else if (code === 903) outcome = 'is not served';
  counts[outcome] += 1;
  if (outcome === 'FAILED') {
    console.log(`${outcome}  ${name}: ${code ?? ''} ${thrown?.message ?? ''}`);
  }
}
console.log(`${all.length} methods: ${Object.entries(counts).map(([outcome, count]) => `${count} ${outcome}`).join(', ')}`);
process.exit(counts.FAILED ? 1 : 0);
