import assert from 'node:assert/strict';
import { createApiClient } from '@keywitness/api';
import { SignedClient } from '../history/signed-client.ts';
import type { RunningServer } from '../running-server.ts';
import type { Receiver } from './receiver.ts';

/** What channels and functions need to reach a receiver of the test. */
export const responseFlags: readonly string[] = [
  '--notify-allow-addresses',
  '127.0.0.1',
  '--dangerously-allow-notify-plain-http',
];

const RULE = 'access-denied-burst';
/** As many as the rule speaks of. */
const DENIED = 5;
const KEY_BYTES = 32;

function whsec(fill: string): string {
  return `whsec_${Buffer.from(fill.padEnd(KEY_BYTES, '-')).toString('base64')}`;
}

/** Each in a part that others need not know, such as the path of a URL. */
const SECRETS = {
  channelPath: 'channel-path-canary-5f1e0c',
  brokenPath: 'broken-path-canary-8d27aa',
  channelKey: whsec('channel-key-canary-c4b91d'),
  password: 'mail-password-canary-17e6b3',
  functionKey: whsec('function-key-canary-90aa4e'),
  lambdaKey: 'lambda-secret-access-key-canary-2b7f05',
  azureKey: 'azure-function-key-canary-e83d16',
} as const;

/**
 * Gives channels and functions secrets, and has all of them used: an incident is told, messages to broken channels fail, and
 * functions of every type are called. Answers the secrets by name, those of the attacker's credential among them.
 */
export async function useResponse(
  server: RunningServer,
  receiver: Receiver,
): Promise<ReadonlyMap<string, Uint8Array>> {
  const { administrator, endpoint } = server;
  assert.ok(administrator !== undefined);
  const admin = createApiClient({ endpoint, region: 'us-east-1', credentials: async () => administrator });
  await putChannels(admin, receiver);
  const functions = await putFunctions(admin, receiver);
  await admin.playbooks.put('tell', {
    rules: [RULE],
    mode: 'act',
    steps: functions.map((functionName) => ({ action: 'call-function', functionName })),
  });
  await admin.createPrincipal({ name: 'eve', type: 'user' });
  const credential = await admin.createCredential('eve');
  const eve = new SignedClient(endpoint, credential);
  for (let time = 0; time < DENIED; time += 1) await eve.kms('ListKeys', {});
  await receiver.until(`/${SECRETS.channelPath}`, '/function', '/azure', '/2015-03-31/functions/');
  for (const name of ['broken', 'mail']) {
    const outcome = JSON.stringify(await admin.channels.test(name));
    assert.match(outcome, /failed/);
    for (const secret of Object.values(SECRETS)) assert.ok(!outcome.includes(secret), outcome);
  }
  const named = Object.entries(SECRETS).map(([name, secret]): [string, Uint8Array] => [
    name,
    Buffer.from(secret.replace('whsec_', '')),
  ]);
  return new Map([
    ...named,
    ['channelKey itself', Buffer.from(SECRETS.channelKey.slice('whsec_'.length), 'base64')],
    ['functionKey itself', Buffer.from(SECRETS.functionKey.slice('whsec_'.length), 'base64')],
    ['the secret access key of another user', Buffer.from(credential.secretAccessKey)],
  ]);
}

async function putChannels(
  admin: ReturnType<typeof createApiClient>,
  { port, url }: Receiver,
): Promise<void> {
  await admin.channels.put('soc', {
    type: 'webhook',
    secrets: { url: `${url}/${SECRETS.channelPath}`, signingKey: SECRETS.channelKey },
  });
  await admin.channels.put('broken', {
    type: 'slack',
    secrets: { url: `${url}/broken/${SECRETS.brokenPath}` },
  });
  await admin.channels.put('mail', {
    type: 'email',
    settings: {
      host: '127.0.0.1',
      port: String(port),
      from: 'a@example.com',
      to: 'b@example.com',
      user: 'a',
    },
    secrets: { password: SECRETS.password },
  });
}

/** One of each type; answers their names. */
async function putFunctions(
  admin: ReturnType<typeof createApiClient>,
  { url }: Receiver,
): Promise<readonly string[]> {
  await admin.functions.put('hook', {
    type: 'webhook',
    settings: { url: `${url}/function` },
    secrets: { secret: SECRETS.functionKey },
  });
  await admin.functions.put('lambda', {
    type: 'aws-lambda',
    settings: { region: 'us-east-1', functionName: 'contain', accessKeyId: 'AKIAEXAMPLE', endpoint: url },
    secrets: { secretAccessKey: SECRETS.lambdaKey },
  });
  await admin.functions.put('azure', {
    type: 'azure-function',
    settings: { url: `${url}/azure` },
    secrets: { key: SECRETS.azureKey },
  });
  return ['hook', 'lambda', 'azure'];
}

/** What receivers got, without what they are meant to get: the address itself, and the key of an Azure function. */
export function messagesOf({ received }: Receiver): string {
  return received
    .map(({ body, headers }) => `${JSON.stringify({ ...headers, 'x-functions-key': undefined })}\n${body}`)
    .join('\n');
}
