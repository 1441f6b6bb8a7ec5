// Calls a running sandbox with Extra Horizon's own JavaScript SDK, unchanged: `tests/peers/run-sdk` installs it, starts
// the sandbox and runs this with the variables that the sandbox prints. One line for each call; exits with 1 if a
// result is not as expected.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import sdk from '@extrahorizon/javascript-sdk';

const { createOAuth1Client, parseStoredCredentials, rqlBuilder } = sdk;
const environment = process.env;
const host = environment.API_HOST;
const consumer = {
  consumerKey: environment.API_OAUTH_CONSUMER_KEY,
  consumerSecret: environment.API_OAUTH_CONSUMER_SECRET,
};
const token = { token: environment.API_OAUTH_TOKEN, tokenSecret: environment.API_OAUTH_TOKEN_SECRET };
const login = { email: environment.SANDBOX_EMAIL, password: environment.SANDBOX_PASSWORD };
const client = () => createOAuth1Client({ host, ...consumer });

let failures = 0;

async function call(name, run) {
  try {
    const said = await run();
    console.log(`ok      ${name}: ${said}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED  ${name}: ${error?.response ? JSON.stringify(error.response) : error?.stack ?? error}`);
  }
}

async function refused(name, errorName, run) {
  await call(name, async () => {
    const error = await run().then(
      () => assert.fail('it was let through'),
      thrown => thrown
    );
    assert.equal(error.constructor.name, errorName, error.stack);
    return errorName;
  });
}

const exh = client();

// The calls of `exh login`, and of `exh whoami` with the stored token.
await call('login: authenticate with a password', async () => {
  const made = await exh.auth.authenticate(login);
  assert.ok(made.token && made.tokenSecret && made.userId);
  return `a token of user ${made.userId}`;
});
await call('login: users.me', async () => (await exh.users.me()).email);
async function whoami(text) {
  const stored = parseStoredCredentials(text);
  const other = createOAuth1Client({
    host: stored.API_HOST,
    consumerKey: stored.API_OAUTH_CONSUMER_KEY,
    consumerSecret: stored.API_OAUTH_CONSUMER_SECRET,
  });
  await other.auth.authenticate({ token: stored.API_OAUTH_TOKEN, tokenSecret: stored.API_OAUTH_TOKEN_SECRET });
  const me = await other.users.me();
  assert.equal(me.email, login.email);
  // The SDK converts times and names.
  assert.ok(me.creationTimestamp instanceof Date && me.firstName);
  return me.email;
}
const NAMES = ['API_HOST', 'API_OAUTH_CONSUMER_KEY', 'API_OAUTH_CONSUMER_SECRET', 'API_OAUTH_TOKEN', 'API_OAUTH_TOKEN_SECRET'];
await call('whoami: the stored file, authenticate, users.me', () =>
  whoami(NAMES.map(name => `${name}=${environment[name]}`).join('\n'))
);
await call('whoami: the file that `exh-oauth1 login` writes', async () => {
  const credentials = join(mkdtempSync(join(tmpdir(), 'sdk-')), 'credentials');
  execFileSync(
    environment.EXH_OAUTH1,
    ['login', '--credentials', credentials, '--email', login.email, '--password-stdin'],
    { input: login.password, stdio: ['pipe', 'inherit', 'pipe'] }
  );
  const text = readFileSync(credentials, 'utf8');
  rmSync(dirname(credentials), { recursive: true });
  assert.ok(!text.includes(token.token));
  return whoami(text);
});

for (const [kind, code] of [
  ['totp', environment.SANDBOX_MFA_CODE],
  ['recoveryCodes', environment.SANDBOX_RECOVERY_CODE],
]) {
  await call(`authenticate with a second factor, ${kind}`, async () => {
    const other = client();
    const { mfa } = await other.auth
      .authenticate({ email: environment.SANDBOX_MFA_EMAIL, password: environment.SANDBOX_MFA_PASSWORD })
      .then(
        () => assert.fail('no second factor was asked for'),
        error => {
          assert.equal(error.constructor.name, 'MfaRequiredError', error.stack);
          return error.response;
        }
      );
    const method = mfa.methods.find(({ type }) => type === kind);
    await other.auth.confirmMfa({ token: mfa.token, methodId: method.id, code });
    const me = await other.users.me();
    assert.equal(me.email, environment.SANDBOX_MFA_EMAIL);
    return `${method.name}, ${me.email}`;
  });
}

await refused('authenticate with a wrong password', 'AuthenticationError', () =>
  client().auth.authenticate({ ...login, password: 'wrong' })
);
await refused('a wrong consumer key', 'OauthKeyError', () =>
  createOAuth1Client({ host, ...consumer, consumerKey: 'unknown', ...token }).users.me()
);
await refused('a wrong token', 'OauthTokenError', () =>
  createOAuth1Client({ host, ...consumer, ...token, token: 'unknown' }).users.me()
);
await refused('a wrong token secret', 'OauthSignatureError', () =>
  createOAuth1Client({ host, ...consumer, ...token, tokenSecret: 'wrong' }).users.me()
);

await call('users.findById', async () => {
  const { id } = await exh.users.me();
  return (await exh.users.findById(id)).lastName;
});
await call('users.update', async () => {
  const { id } = await exh.users.me();
  const changed = await exh.users.update(id, { firstName: 'Zoë' });
  assert.equal(changed.firstName, 'Zoë');
  await exh.users.update(id, { firstName: 'Sandy' });
  return changed.firstName;
});
await refused('users.findById of nobody', 'ResourceUnknownError', () => exh.users.findById('0'.repeat(24)));

await call('users.find with RQL', async () => {
  const { page, data } = await exh.users.find({
    rql: rqlBuilder().in('email', [login.email, environment.SANDBOX_MFA_EMAIL]).sort('email').select(['email']).limit(10).build(),
  });
  assert.deepEqual(page, { total: 2, offset: 0, limit: 10 });
  assert.deepEqual(data.map(({ email }) => email), [environment.SANDBOX_MFA_EMAIL, login.email]);
  assert.ok(data.every(user => Object.keys(user).sort().join() === 'email,id'));
  return data.map(({ email }) => email).join(', ');
});
await call('users.find with letters and marks in values', async () => {
  const rql = rqlBuilder()
    .or(
      rqlBuilder().eq('last_name', "O'Neil").intermediate(),
      rqlBuilder().like('last_name', 'çelik').intermediate(),
      rqlBuilder().eq('last_name', 'a, (b) & [c]=%2C').intermediate()
    )
    .ne('first_name', 'Zoë')
    .build();
  const { page, data } = await exh.users.find({ rql });
  assert.ok(page.total > 20 && data.length === 20);
  assert.ok(data.every(user => ["O'Neil", 'Çelik'].includes(user.lastName) && user.firstName !== 'Zoë'));
  return `${page.total} users`;
});
await call('users.findAll', async () => {
  const all = await exh.users.findAll();
  assert.equal(new Set(all.map(({ id }) => id)).size, 250);
  return `${all.length} users`;
});
await call('users.findAllIterator', async () => {
  const sizes = [];
  for await (const { data } of exh.users.findAllIterator({ rql: rqlBuilder().eq('language', 'EN').build() })) sizes.push(data.length);
  assert.deepEqual(sizes, [50, 50, 50, 50, 50]);
  return `${sizes.length} pages`;
});
await call('users.findFirst, users.findByEmail', async () => {
  const first = await exh.users.findFirst({ rql: rqlBuilder().eq('email', 'user249@example.com').build() });
  const same = await exh.users.findByEmail('user249@example.com');
  assert.ok(first.email === 'user249@example.com' && first.id === same.id);
  return first.id;
});
await call('users.patients, users.staff', async () => {
  const patients = await exh.users.patients({ rql: rqlBuilder().limit(50, 200).build() });
  assert.ok(patients.page.total === 250 && patients.data.length === 50);
  assert.ok(patients.data.every(one => one.patientEnlistments.length && !('roles' in one)));
  const staff = await exh.users.staff({ rql: rqlBuilder().contains('staff_enlistments').build() });
  assert.ok(staff.page.total < 250 && staff.data.every(one => one.staffEnlistments.length));
  return `${patients.page.total} and ${staff.page.total}`;
});
await refused('users.find with invalid RQL', 'InvalidRqlError', () => exh.users.find({ rql: '?id=1' }));

await call('auth.oauth1.tokens.find', async () => {
  const { page, data } = await exh.auth.oauth1.tokens.find();
  assert.equal(page.total, data.length);
  assert.ok(data.every(one => one.id && one.token && one.lastUsedTimestamp instanceof Date && !one.tokenSecret));
  return `${page.total} tokens`;
});
await call('auth.oauth1.tokens with RQL', async () => {
  const own = await exh.auth.oauth1.tokens.findFirst({ rql: rqlBuilder().eq('token', token.token).build() });
  assert.equal(own.token, token.token);
  assert.equal((await exh.auth.oauth1.tokens.findById(own.id)).token, token.token);
  const { page, data } = await exh.auth.oauth1.tokens.find({ rql: rqlBuilder().ne('id', own.id).limit(1).build() });
  assert.ok(page.total > 0 && data.length === 1 && data[0].id !== own.id);
  return `one of ${page.total + 1}`;
});
await call('auth.oauth1.tokens.remove', async () => {
  const other = client();
  const made = await other.auth.authenticate(login);
  const removed = await exh.auth.oauth1.tokens.remove(made.id);
  assert.deepEqual(removed, { affectedRecords: 1 });
  await assert.rejects(other.users.me(), { constructor: sdk.OauthTokenError });
  return 'the token is unknown from then on';
});

const content = randomBytes(3 * 1024 * 1024);
const digest = bytes => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
let file;
await call('files.create', async () => {
  file = await exh.files.create('größe "1".bin', content, { tags: ['one', 'two, three'] });
  assert.equal(file.name, 'größe "1".bin');
  assert.equal(file.size, content.length);
  assert.deepEqual(file.tags, ['one', 'two, three']);
  return `${file.size} bytes`;
});
await call('files.retrieve', async () => {
  const bytes = await exh.files.retrieve(file.tokens[0].token);
  assert.equal(digest(bytes), digest(content));
  return `${bytes.length} bytes, SHA-256 ${digest(bytes)}…`;
});
await call('files.retrieveStream', async () => {
  const { data } = await exh.files.retrieveStream(file.tokens[0].token);
  const hash = createHash('sha256');
  for await (const piece of data) hash.update(piece);
  assert.equal(hash.digest('hex').slice(0, 16), digest(content));
  return 'the same';
});
await call('files.getDetails', async () => {
  const details = await exh.files.getDetails(file.tokens[0].token);
  assert.deepEqual(details, file);
  return details.mimetype;
});
await call('files.createFromText', async () => {
  const made = await exh.files.createFromText('hello');
  assert.equal(String(await exh.files.retrieve(made.tokens[0].token)), 'hello');
  return made.name;
});
await call('files.find', async () => {
  const { page } = await exh.files.find();
  assert.equal(page.total, 2);
  return `${page.total} files`;
});
await call('files.find with RQL', async () => {
  const { page, data } = await exh.files.find({ rql: rqlBuilder().gt('size', '1000').select(['name', 'size']).build() });
  assert.equal(page.total, 1);
  assert.deepEqual([data[0].name, data[0].size], ['größe "1".bin', content.length]);
  return data[0].name;
});
await call('files.generateToken, files.deleteToken', async () => {
  const full = file.tokens[0].token;
  const read = await exh.files.generateToken(full, { accessLevel: 'read' });
  assert.equal((await exh.files.retrieve(read.token)).length, content.length);
  await assert.rejects(exh.files.remove(read.token), { constructor: sdk.UnauthorizedTokenError });
  await exh.files.deleteToken(full, read.token);
  return read.accessLevel;
});
await call('files.remove', async () => {
  assert.deepEqual(await exh.files.remove(file.tokens[0].token), { affectedRecords: 1 });
  // Not `retrieve`, which takes the error's body for the file's bytes and cannot tell which error it is.
  await assert.rejects(exh.files.getDetails(file.tokens[0].token), { constructor: sdk.InvalidTokenError });
  return 'the file is unknown from then on';
});

await call('20 calls at a time on kept connections', async () => {
  const all = await Promise.all(Array.from({ length: 20 }, () => exh.users.me()));
  assert.equal(new Set(all.map(({ id }) => id)).size, 1);
  return `${all.length} responses`;
});

process.exit(failures ? 1 : 0);
