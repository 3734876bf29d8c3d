import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent, AuditIndex, EventQuery } from '../../core/audit/index.ts';
import { Params } from '../../core/operations/index.ts';
import { lastUseOf, recordCompletions, servicesLastUsed } from './completions.ts';

const ACCOUNT = '111122223333';
const ANN = `arn:aws:iam::${ACCOUNT}:user/ann`;
const APP = `arn:aws:iam::${ACCOUNT}:role/teams/App`;
const ASKED = { caller: { principalArn: ANN, credentialId: 'AKIAANN' }, params: new Params({}) };

function event(index: number, service: string, actor: AuditEvent['actor']): AuditEvent {
  return {
    schema: 'keywitness.event/1',
    id: String(index),
    time: timeOf(index),
    action: '',
    actor,
    client: { address: '' },
    protocol: { front: 'aws', service, operation: '' },
    requestId: '',
    outcome: 'success',
    revision: 0,
  };
}

function timeOf(index: number): string {
  return new Date(index * 1000).toISOString();
}

/** The newest matching events, two a page however many are asked for. */
function indexOf(events: readonly AuditEvent[]): AuditIndex {
  const matches = ({ credential, principal }: EventQuery, { actor }: AuditEvent): boolean =>
    (credential === undefined || actor.credentialId === credential) &&
    (principal === undefined || actor.arn === principal || actor.name === principal);
  return {
    async query(query) {
      const found = [...events.entries()]
        .filter(([index, one]) => matches(query, one) && index < (query.beyond ?? Infinity))
        .toReversed();
      const entries = found
        .slice(0, 2)
        .map(([index, one]) => ({ index, entry: Buffer.from(JSON.stringify(one)) }));
      const last = entries.at(-1);
      const size = events.length;
      return found.length > 2 && last !== undefined ? { entries, size, next: last.index } : { entries, size };
    },
    find: async () => undefined,
    waitBeyond: async (size) => size,
  };
}

const ann = { type: 'user', arn: ANN, name: 'ann', credentialId: 'AKIAANN' } as const;

test('an access key was last used when it last signed, not when it was only claimed', async () => {
  const index = indexOf([
    event(0, 'sts', ann),
    event(1, 'kms', ann),
    event(2, 'iam', { type: 'anonymous', credentialId: 'AKIAANN', unverified: true }),
  ]);
  assert.deepEqual(await lastUseOf(index, 'AKIAANN'), { lastUsedDate: 1000, serviceName: 'kms' });
  assert.equal(await lastUseOf(index, 'AKIANEVER'), undefined);
});

test('a user’s last use of each service is found over several pages', async () => {
  const used = [event(0, 'sts', ann), ...[1, 2, 3, 4, 5].map((index) => event(index, 'kms', ann))];
  const services = await servicesLastUsed(indexOf(used), ANN);
  assert.deepEqual(
    [...services].map(([name, { lastAuthenticated }]) => [name, lastAuthenticated]),
    [
      ['kms', 5000],
      ['sts', 0],
    ],
  );
});

test('a role uses services in its sessions, and nobody else of its name does', async () => {
  const session = (account: string): AuditEvent['actor'] => ({
    type: 'role',
    arn: `arn:aws:sts::${account}:assumed-role/App/work`,
    name: 'App',
  });
  const index = indexOf([
    event(0, 'kms', session(ACCOUNT)),
    event(1, 'kms', session('444455556666')),
    event(2, 'kms', { type: 'user', arn: `arn:aws:iam::${ACCOUNT}:user/App`, name: 'App' }),
  ]);
  const services = await servicesLastUsed(index, APP);
  assert.deepEqual(services.get('kms'), { lastAuthenticated: 0, lastAuthenticatedEntity: APP });
});

test('what IAM decided is completed from the record', async () => {
  const completions = recordCompletions(indexOf([event(1, 'kms', ann)]), 'us-east-1');
  const complete = async (name: string, result: object): Promise<object> =>
    (await completions.get(name)?.({ ...result }, ASKED)) ?? {};
  assert.deepEqual(await complete('GetAccessKeyLastUsed', { accessKeyId: 'AKIAANN' }), {
    accessKeyId: 'AKIAANN',
    accessKeyLastUsed: { lastUsedDate: 1000, region: 'us-east-1', serviceName: 'kms' },
  });
  assert.deepEqual(await complete('GetAccessKeyLastUsed', { accessKeyId: 'AKIANEVER' }), {
    accessKeyId: 'AKIANEVER',
    accessKeyLastUsed: { region: 'N/A', serviceName: 'N/A' },
  });
  const servicesLastAccessed = [{ serviceNamespace: 'kms' }, { serviceNamespace: 'sts' }];
  assert.deepEqual(
    await complete('GetServiceLastAccessedDetails', { lastAccessedBy: [ANN, APP], servicesLastAccessed }),
    {
      lastAccessedBy: [ANN, APP],
      servicesLastAccessed: [
        {
          serviceNamespace: 'kms',
          lastAuthenticated: 1000,
          lastAuthenticatedEntity: ANN,
          lastAuthenticatedRegion: 'us-east-1',
          totalAuthenticatedEntities: 1,
        },
        { serviceNamespace: 'sts', totalAuthenticatedEntities: 0 },
      ],
    },
  );
});
