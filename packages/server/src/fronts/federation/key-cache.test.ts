import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  answerJson,
  benchFor,
  discoveryPath,
  makeKey,
  providerOf,
  signToken,
  startIssuer,
  usualClaims,
  type VerifierBench,
} from './issuer.test-fixture.ts';
import { createWebIdentityVerifier } from './index.ts';

const key = await makeKey('k1');
const next = await makeKey('k2');
const keyUnknown = "InvalidIdentityToken: the token's issuer has no key that fits the token";

/** A token that is still good in a day. */
function lastingToken(by: typeof key, issuer: string): Promise<string> {
  const claims = usualClaims(issuer);
  return signToken(by, { ...claims, exp: Number(claims['exp']) + 86_400 });
}

function unreachable(reason: string): string {
  return `IdentityProviderUnreachable: the keys of the token's issuer could not be had: ${reason}`;
}

test('the issuer is asked once for many tokens, and again when its keys have become old', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const token = await lastingToken(key, issuer.url);
  const outcomes = await Promise.all(Array.from({ length: 20 }, () => bench.outcome(token)));
  assert.deepEqual(new Set(outcomes), new Set(['verified']));
  assert.deepEqual(issuer.requests, [discoveryPath, '/keys']);
  bench.nowMs += 10 * 60_000;
  assert.equal(await bench.outcome(token), 'verified');
  assert.equal(issuer.requests.length, 2);
  bench.nowMs += 1;
  assert.equal(await bench.outcome(token), 'verified');
  assert.equal(issuer.requests.length, 4);
});

test('a new key is fetched when its first token arrives, and a withdrawn one is believed until the keys are old', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const [before, after] = await Promise.all([lastingToken(key, issuer.url), lastingToken(next, issuer.url)]);
  assert.equal(await bench.outcome(before), 'verified');
  issuer.keys = [key.jwk, next.jwk];
  bench.nowMs += 10_000;
  assert.equal(await bench.outcome(after), 'verified');
  issuer.keys = [next.jwk];
  assert.equal(await bench.outcome(before), 'verified');
  bench.nowMs += 10 * 60_000 + 1;
  assert.equal(await bench.outcome(before), keyUnknown);
  assert.equal(await bench.outcome(after), 'verified');
  issuer.keys = [];
  bench.nowMs += 10 * 60_000 + 1;
  assert.equal(await bench.outcome(after), keyUnknown);
});

test('a flood of unknown keys asks the issuer once in the cooldown, and does not hold up good tokens', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const good = await lastingToken(key, issuer.url);
  assert.equal(await bench.outcome(good), 'verified');
  const flood = async (): Promise<void> => {
    for (let at = 0; at < 25; at += 1) {
      const token = await signToken(next, usualClaims(issuer.url), { kid: `unknown-${at}` });
      assert.equal(await bench.outcome(token), keyUnknown);
    }
  };
  await flood();
  assert.equal(issuer.requests.length, 2);
  bench.nowMs += 10_000;
  await flood();
  assert.equal(issuer.requests.length, 4);
  assert.equal(await bench.outcome(good), 'verified');
});

test('expired tokens and tokens of nobody never reach an issuer', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const claims = usualClaims(issuer.url);
  bench.nowMs += 86_400_000;
  assert.match(await bench.outcome(await signToken(key, claims)), /^ExpiredToken/);
  bench.nowMs -= 86_400_000;
  assert.match(await bench.outcome(await signToken(key, { ...claims, iss: `${issuer.url}/x` })), /^Invalid/);
  assert.deepEqual(issuer.requests, []);
});

test('while an issuer fails, its last keys are used for an hour, and it is asked once in the cooldown', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const token = await lastingToken(key, issuer.url);
  assert.equal(await bench.outcome(token), 'verified');
  issuer.answers.set('keys', (_request, response) => void response.writeHead(500).end());
  bench.nowMs += 10 * 60_000 + 1;
  for (let at = 0; at < 10; at += 1) assert.equal(await bench.outcome(token), 'verified');
  assert.equal(issuer.requests.length, 4);
  bench.nowMs += 50 * 60_000;
  const failed = unreachable('its key set was answered with status 500');
  for (let at = 0; at < 10; at += 1) assert.equal(await bench.outcome(token), failed);
  assert.equal(issuer.requests.length, 6);
  issuer.answers.clear();
  assert.equal(await bench.outcome(token), failed);
  bench.nowMs += 10_000;
  assert.equal(await bench.outcome(token), 'verified');
});

test('a clock that is set back does not make old keys young', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const bench = benchFor(issuer.provider);
  const token = await lastingToken(key, issuer.url);
  assert.equal(await bench.outcome(token), 'verified');
  bench.nowMs -= 1;
  assert.equal(await bench.outcome(token), 'verified');
  assert.equal(issuer.requests.length, 4);
});

test('an issuer that is not there is refused at once for the cooldown, and believed again after it', async () => {
  await using issuer = await startIssuer([key.jwk]);
  let isDown = true;
  let attempts = 0;
  const bench = benchFor(issuer.provider, {
    fetch: (input, init) => {
      attempts += 1;
      return isDown ? Promise.reject(new TypeError('secret host name')) : fetch(input, init);
    },
  });
  const token = await lastingToken(key, issuer.url);
  const failed = unreachable('its discovery document could not be fetched');
  for (let at = 0; at < 10; at += 1) assert.equal(await bench.outcome(token), failed);
  assert.equal(attempts, 1);
  isDown = false;
  bench.nowMs += 9_999;
  assert.equal(await bench.outcome(token), failed);
  bench.nowMs += 1;
  assert.equal(await bench.outcome(token), 'verified');
});

test('documents that do not say what they must are not used', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const token = await lastingToken(key, issuer.url);
  const good = { issuer: issuer.url, jwks_uri: `${issuer.url}/keys` };
  const another = 'its discovery document names another issuer';
  const noUrl = 'its discovery document has no https URL of keys';
  const noObject = 'is not a JSON object with distinct members';
  const discoveries: readonly (readonly [document: unknown, reason: string])[] = [
    [{ ...good, issuer: 'https://example.com' }, another],
    [{ ...good, issuer: `${issuer.url}/` }, another],
    [{ ...good, issuer: undefined }, another],
    [{ ...good, jwks_uri: undefined }, noUrl],
    [{ ...good, jwks_uri: 'http://example.com/keys' }, noUrl],
    [{ ...good, jwks_uri: 'file:///etc/passwd' }, noUrl],
    [{ ...good, jwks_uri: 'data:application/json,{}' }, noUrl],
    [{ ...good, jwks_uri: 'https://user:password@example.com/keys' }, noUrl],
    [{ ...good, jwks_uri: `https://example.com/${'x'.repeat(2048)}` }, noUrl],
    [{ ...good, jwks_uri: ['https://example.com'] }, noUrl],
    [[good], `its discovery document ${noObject}`],
    [null, `its discovery document ${noObject}`],
  ];
  for (const [document, reason] of discoveries) {
    issuer.answers.set('discovery', answerJson(document));
    assert.equal(await benchFor(issuer.provider).outcome(token), unreachable(reason));
  }
  issuer.answers.set('discovery', (_request, response) => {
    response.end(
      `{"issuer":"${issuer.url}","jwks_uri":"https://example.com","jwks_uri":"${issuer.url}/keys"}`,
    );
  });
  assert.equal(
    await benchFor(issuer.provider).outcome(token),
    unreachable(`its discovery document ${noObject}`),
  );
  issuer.answers.clear();
  const noList = 'its key set is not a list of at most 100 keys';
  for (const [document, reason] of [
    [{ keys: key.jwk }, noList],
    [{}, noList],
    [{ keys: Array.from({ length: 101 }, () => key.jwk) }, noList],
    ['<html>', `its key set ${noObject}`],
  ] as const) {
    issuer.answers.set('keys', answerJson(document));
    assert.equal(await benchFor(issuer.provider).outcome(token), unreachable(reason));
  }
  for (const keys of [[], [null], ['k1', 7, [], {}], [{ ...key.jwk, kty: 'oct' }]]) {
    issuer.answers.set('keys', answerJson({ keys }));
    assert.equal(await benchFor(issuer.provider).outcome(token), keyUnknown);
  }
});

test('http is for issuers on this machine, and only when it is allowed', async () => {
  await using issuer = await startIssuer([key.jwk]);
  const outcomeOf = async (url: string, allowLoopbackHttp: boolean): Promise<readonly [string, number]> => {
    let requests = 0;
    const verifier = createWebIdentityVerifier({
      providers: (account) => providerOf(url, account),
      fetch: (input, init) => {
        requests += 1;
        return fetch(input, init);
      },
      nowMs: () => Number(usualClaims(url)['iat']) * 1000,
      clockSkewMs: 0,
      allowLoopbackHttp,
    });
    const verdict = await verifier.verify(await signToken(key, usualClaims(url)), '111122223333');
    return [verdict.kind === 'verified' ? 'verified' : verdict.message, requests];
  };
  const reason = unreachable('its URL is not an https URL').replace(/^\w+: /, '');
  assert.deepEqual(await outcomeOf(issuer.url, true), ['verified', 2]);
  assert.deepEqual(await outcomeOf(issuer.url, false), [reason, 0]);
  for (const url of [
    'http://example.com',
    'http://127.0.0.1.example.com',
    'ftp://127.0.0.1',
    'id.example.com',
  ]) {
    assert.deepEqual(await outcomeOf(url, true), [reason, 0]);
  }
});

test('an https issuer may not send for its keys by http, not even on this machine', async () => {
  const url = 'https://id.example.com';
  const asked: string[] = [];
  const bench = benchFor(providerOf(url), {
    fetch: (input) => {
      asked.push(new Request(input).url);
      return Promise.resolve(Response.json({ issuer: url, jwks_uri: 'http://127.0.0.1/keys' }));
    },
  });
  assert.equal(
    await bench.outcome(await lastingToken(key, url)),
    unreachable('its discovery document has no https URL of keys'),
  );
  assert.deepEqual(asked, [`${url}${discoveryPath}`]);
});

test('redirects are not followed', async () => {
  await using other = await startIssuer([next.jwk]);
  for (const kind of ['discovery', 'keys'] as const) {
    await using issuer = await startIssuer([key.jwk]);
    issuer.answers.set(kind, (_request, response) => {
      response.writeHead(302, { location: `${other.url}/keys` }).end();
    });
    const document = kind === 'discovery' ? 'discovery document' : 'key set';
    const outcome = await benchFor(issuer.provider).outcome(await lastingToken(next, issuer.url));
    assert.equal(outcome, unreachable(`its ${document} could not be fetched`));
  }
  assert.deepEqual(other.requests, []);
});

test('an answer that does not come or does not end is given up', async () => {
  const slow = unreachable('its key set did not come in time');
  for (const begin of [false, true]) {
    await using issuer = await startIssuer([key.jwk]);
    issuer.answers.set('keys', (_request, response) => {
      if (begin) response.write('{"keys":[');
    });
    const bench = benchFor(issuer.provider, { limits: { fetchMsMax: 200 } });
    assert.equal(await bench.outcome(await lastingToken(key, issuer.url)), slow);
  }
});

test('an answer that is too long is not read to its end', async () => {
  const tooLong = unreachable('its key set is too long');
  await using issuer = await startIssuer([key.jwk]);
  const closed = Promise.withResolvers<undefined>();
  issuer.answers.set('keys', (_request, response) => {
    response.on('close', () => closed.resolve(undefined));
    const more = (): void => {
      while (!response.destroyed && response.write(' '.repeat(65_536)));
    };
    response.on('drain', more);
    more();
  });
  assert.equal(await benchFor(issuer.provider).outcome(await lastingToken(key, issuer.url)), tooLong);
  await closed.promise;
});

test('only so many issuers are asked at the same time, and the others are not held to have failed', async () => {
  await using first = await startIssuer([key.jwk]);
  await using second = await startIssuer([key.jwk]);
  const release = Promise.withResolvers<undefined>();
  const isAsked = Promise.withResolvers<undefined>();
  first.answers.set('keys', (_request, response) => {
    isAsked.resolve(undefined);
    release.promise.then(
      () => response.end(JSON.stringify({ keys: first.keys })),
      () => response.destroy(),
    );
  });
  const verifier = createWebIdentityVerifier({
    providers: (account, issuer) => providerOf(issuer, account),
    fetch,
    nowMs: () => Number(usualClaims('')['iat']) * 1000,
    clockSkewMs: 0,
    allowLoopbackHttp: true,
    limits: { fetchesMax: 1 },
  });
  const tokens = await Promise.all([lastingToken(key, first.url), lastingToken(key, second.url)]);
  const bench = async (token = ''): Promise<string> => {
    const verdict = await verifier.verify(token, '111122223333');
    return verdict.kind === 'verified' ? 'verified' : `${verdict.code}: ${verdict.message}`;
  };
  const waiting = bench(tokens[0]);
  await isAsked.promise;
  assert.equal(await bench(tokens[1]), unreachable('too many issuers are asked at this moment'));
  assert.deepEqual(second.requests, []);
  release.resolve(undefined);
  assert.equal(await waiting, 'verified');
  assert.equal(await bench(tokens[1]), 'verified');
});

test('keys are kept for only so many issuers', async () => {
  await using first = await startIssuer([key.jwk]);
  await using second = await startIssuer([key.jwk]);
  const verifier = createWebIdentityVerifier({
    providers: (account, issuer) => providerOf(issuer, account),
    fetch,
    nowMs: () => Number(usualClaims('')['iat']) * 1000,
    clockSkewMs: 0,
    allowLoopbackHttp: true,
    limits: { issuersMax: 1 },
  });
  for (const issuer of [first, second, first, first]) {
    const verdict = await verifier.verify(await lastingToken(key, issuer.url), '111122223333');
    assert.equal(verdict.kind, 'verified');
  }
  assert.deepEqual([first.requests.length, second.requests.length], [4, 2]);
});

test('a discovery document is found under the path of the issuer', async () => {
  const cases = [
    [
      'https://id.example.com/realms/main',
      'https://id.example.com/realms/main/.well-known/openid-configuration',
    ],
    ['https://id.example.com/', 'https://id.example.com/.well-known/openid-configuration'],
  ] as const;
  for (const [url, location] of cases) {
    const asked: string[] = [];
    const bench: VerifierBench = benchFor(providerOf(url), {
      fetch: (input) => {
        asked.push(new Request(input).url);
        const document =
          asked.length === 1 ? { issuer: url, jwks_uri: 'https://keys.example.com/' } : { keys: [key.jwk] };
        return Promise.resolve(Response.json(document));
      },
    });
    assert.equal(await bench.outcome(await lastingToken(key, url)), 'verified');
    assert.deepEqual(asked, [location, 'https://keys.example.com/']);
  }
});
