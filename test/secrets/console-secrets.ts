import assert from 'node:assert/strict';
import { AwsClient } from 'aws4fetch';
import type { RunningServer } from '../running-server.ts';

/** Signs in to the console, uses and misuses its cookie, and answers with the secrets of the session. */
export async function useConsole(server: RunningServer): Promise<ReadonlyMap<string, Uint8Array>> {
  const { administrator, endpoint } = server;
  assert.ok(administrator !== undefined);
  const target = `${endpoint}/console/session`;
  const site = { 'sec-fetch-site': 'same-origin' };
  const client = new AwsClient({ ...administrator, service: 'keywitness', region: 'us-east-1' });
  const signed = await client.sign(target, { method: 'POST' });
  const headers = { ...Object.fromEntries(signed.headers), ...site };
  const made = await fetch(target, { method: 'POST', headers });
  assert.equal(made.status, 201);
  const [, csrfToken = ''] = /"csrfToken":"([0-9a-f]+)"/.exec(await made.text()) ?? [];
  const [line = ''] = made.headers.getSetCookie();
  const cookie = line.split(';', 1)[0] ?? '';
  const [, , secret = '', token = ''] = cookie.split('.');
  const shown = { ...site, cookie, 'x-keywitness-csrf': csrfToken };
  assert.equal((await fetch(`${endpoint}/v1/principals`, { headers: shown })).status, 200);
  const wrong = [
    { ...shown, cookie: `${cookie}AAAA` },
    { ...shown, cookie: `${cookie}; ${cookie}` },
    { ...shown, 'sec-fetch-site': 'cross-site' },
    { ...shown, authorization: `Bearer ${token}` },
    { ...shown, 'x-keywitness-region': secret },
  ];
  for (const sent of wrong) {
    const response = await fetch(`${endpoint}/v1/principals`, { headers: sent });
    assert.ok(response.status >= 400);
    const text = await response.text();
    assert.ok(!text.includes(secret) && !text.includes(token.slice(0, 40)));
  }
  for (const path of [`/console/sso/callback?code=${token}`, `/console/assets/${csrfToken}.js?${secret}`]) {
    assert.equal((await fetch(`${endpoint}${path.replaceAll('+', '%2B')}`)).status, 404);
  }
  assert.equal((await fetch(target, { method: 'DELETE', headers: shown })).status, 200);
  return new Map([
    ["the secret key of the console's session", Buffer.from(secret)],
    ["the token of the console's session", Buffer.from(token.slice(40, 80))],
    ["the token against requests from elsewhere of the console's session", Buffer.from(csrfToken)],
  ]);
}
