import {
  ACCOUNT,
  APPLICATIONS,
  type Application,
  byApplication,
  byPerson,
  DAY,
  FIRST_MS,
  type Happening,
  HOUR,
  keyArn,
  MINUTE,
  PEOPLE,
  type Person,
} from './company.ts';

/** An attack as it is scripted: what happens, and which rules should tell of it. */
export interface Attack {
  readonly name: string;
  readonly happenings: readonly Happening[];
  /** The rules that are made for it. */
  readonly expected: readonly string[];
  /** Rules that may tell of it as well. */
  readonly alsoTold?: readonly string[];
}

/** Nobody's own: the attacker's network. */
const ELSEWHERE = '203.0.113.66';

function application(name: string): Application {
  const found = APPLICATIONS.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no application \`${name}\``);
  return found;
}

function person(name: string): Person {
  const found = PEOPLE.find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no \`${name}\``);
  return found;
}

/** So many times the same with an index, evenly spaced from an instant on. */
function repeated(
  count: number,
  everyMs: number,
  startMs: number,
  event: (index: number) => Happening['event'],
): readonly Happening[] {
  return Array.from({ length: count }, (_, index) => ({
    timeMs: startMs + index * everyMs,
    event: event(index),
  }));
}

const ADMIN = {
  arn: `arn:aws:iam::${ACCOUNT}:user/kay`,
  type: 'user',
  account: ACCOUNT,
  credentialId: 'AKIAKAY',
};
const byAdmin = (more: Happening['event']): Happening['event'] => ({
  actor: ADMIN,
  client: { address: '198.51.100.30', userAgent: 'aws-cli/2.31.0' },
  outcome: 'success',
  ...more,
});

/** An instant: so many days after the first day of the attacks, at an hour. */
type At = (days: number, hours: number) => number;

/** All scripted attacks; `day` is the first day on which the rules have learned enough. */
export function scriptedAttacks(day: number): readonly Attack[] {
  const at: At = (days, hours) => FIRST_MS + (day + days) * DAY + hours * HOUR + 17_000;
  return [...attemptsOnKeys(at), ...theftAndRansom(at), ...blindingAndOthers(at), ...returnsAndFloods(at)];
}

/** Who tries what they may not do. */
function attemptsOnKeys(at: At): readonly Attack[] {
  return [
    {
      name: 'brute force: one credential tries one key fifty times a minute',
      happenings: repeated(50, 1200, at(0, 11), () =>
        byApplication(application('mail'), { outcome: 'denied', key: { arn: keyArn('vault') } }),
      ),
      expected: ['access-denied-burst'],
      alsoTold: ['denied-over-a-day'],
    },
    {
      name: 'slow drip: one attempt every ten minutes, each on another key',
      happenings: repeated(60, 10 * MINUTE, at(1, 2), (index) =>
        byApplication(application('search'), { outcome: 'denied', key: { arn: keyArn(`guess-${index}`) } }),
      ),
      expected: ['denied-over-a-day'],
    },
    {
      name: 'looking around: eight keys and five operations within five minutes',
      happenings: repeated(24, 12_000, at(1, 15), (index) =>
        byPerson(person('bo'), {
          outcome: 'denied',
          action:
            ['key.decrypt', 'key.describe', 'key.read-policy', 'grant.create', 'key.disable'][index % 5] ??
            '',
          key: { arn: keyArn(`other-${index % 8}`) },
        }),
      ),
      expected: ['denied-breadth', 'access-denied-burst'],
      alsoTold: ['denied-over-a-day'],
    },
    {
      name: 'spread over principals: nine identities, three attempts each, on one key',
      happenings: repeated(27, 15_000, at(2, 3), (index) =>
        byApplication(application('mail'), {
          outcome: 'denied',
          key: { arn: keyArn('vault') },
          actor: {
            arn: `arn:aws:iam::${ACCOUNT}:user/stolen-${index % 9}`,
            type: 'service',
            credentialId: `AKIASTOLEN${index % 9}`,
          },
          client: { address: ELSEWHERE, userAgent: 'python-requests/2' },
        }),
      ),
      expected: ['denials-on-one-key'],
      alsoTold: ['dormant-identity'],
    },
  ];
}

/** Who does what they may, and should not. */
function theftAndRansom(at: At): readonly Attack[] {
  return [
    {
      name: 'credential theft: the same credential from a second network',
      happenings: [
        ...repeated(12, 20_000, at(2, 14), () => byApplication(application('checkout'))),
        ...repeated(10, 20_000, at(2, 14) + 7000, () =>
          byApplication(application('checkout'), { client: { address: ELSEWHERE, userAgent: 'Boto3/1.40' } }),
        ),
      ],
      expected: ['credential-in-two-places', 'new-network-on-key', 'new-program-on-key'],
    },
    {
      name: 'insider: a person reads six hundred customers in an evening',
      happenings: repeated(600, 2500, at(3, 21), (index) =>
        byPerson(person('dora'), { context: { customer: `c${index}` } }),
      ),
      expected: ['mass-decrypt', 'human-off-hours'],
    },
    {
      name: 'ransom: an administrator schedules the deletion of five keys',
      happenings: repeated(5, 30_000, at(4, 4), (index) =>
        byAdmin({ action: 'key.schedule-deletion', key: { arn: keyArn(`billing-${index}`) } }),
      ),
      expected: ['key-deletion-scheduled', 'many-keys-disabled-or-deleted'],
      alsoTold: ['dormant-identity'],
    },
    {
      name: 'a door is opened: a key policy lets everybody in',
      happenings: [
        {
          timeMs: at(4, 13),
          event: byAdmin({
            action: 'key.change-policy',
            key: { arn: keyArn('login-1') },
            decisions: [{ effect: 'allow', resource: keyArn('login-1') }],
            change: { after: { loosened: ['principal', 'any-principal'] } },
          }),
        },
      ],
      expected: ['policy-loosened'],
    },
  ];
}

/** Who hides, and who finds a way round. */
function blindingAndOthers(at: At): readonly Attack[] {
  return [
    {
      name: 'blinding: a rule is disabled, then a channel is dropped',
      happenings: [
        {
          timeMs: at(5, 1),
          event: byAdmin({ action: 'rule.disable', parameters: { rule: 'mass-decrypt' } }),
        },
        {
          timeMs: at(5, 1) + 90_000,
          event: byAdmin({ action: 'channel.delete', parameters: { channel: 'soc' } }),
        },
      ],
      expected: ['audit-configuration-changed'],
    },
    {
      name: 'a way round: denied, then let in by a grant that a colleague made',
      happenings: [
        {
          timeMs: at(5, 10),
          event: byPerson(person('emil'), { outcome: 'denied', key: { arn: keyArn('reports-1') } }),
        },
        {
          timeMs: at(5, 10) + 3 * MINUTE,
          event: byAdmin({
            action: 'grant.create',
            key: { arn: keyArn('reports-1') },
            parameters: { granteePrincipal: person('emil').arn },
          }),
        },
        {
          timeMs: at(5, 10) + 5 * MINUTE,
          event: byPerson(person('emil'), {
            key: { arn: keyArn('reports-1') },
            decisions: [{ effect: 'allow', policyKind: 'grant' }],
          }),
        },
      ],
      expected: [
        'denied-then-allowed',
        'grant-used-by-another',
        'human-uses-service-key',
        'new-principal-on-key',
      ],
      alsoTold: ['new-network-on-key', 'new-program-on-key', 'human-off-hours'],
    },
  ];
}

/** Who comes back, and who knocks. */
function returnsAndFloods(at: At): readonly Attack[] {
  return [
    {
      name: 'a forgotten account wakes up',
      happenings: repeated(3, 60_000, at(6, 12), () =>
        byApplication(application('mail'), {
          actor: { arn: `arn:aws:iam::${ACCOUNT}:user/legacy`, type: 'service', credentialId: 'AKIALEGACY' },
          client: { address: '10.0.2.9', userAgent: 'aws-sdk-js/3.1164.0 lang/js' },
          key: { arn: keyArn('legacy') },
        }),
      ),
      expected: ['dormant-identity'],
    },
    {
      name: 'a flood of requests that prove nothing',
      happenings: repeated(20, 5000, at(6, 18), () => ({
        action: 'request.unauthenticated',
        actor: { type: 'anonymous' },
        client: { address: ELSEWHERE },
        outcome: 'denied',
        count: 200,
      })),
      expected: ['unauthenticated-burst'],
    },
  ];
}
