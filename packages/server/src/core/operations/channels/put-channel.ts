import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { clip } from '../event-builder.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import type { ChannelRecord, ChannelType, Level } from '../response-records.ts';
import { authorizeForChannels } from './channel-access.ts';
import { changedNow, formerOf, notedChannel, writeChannel } from './channel-records.ts';
import {
  type ChannelSecrets,
  openChannelSecrets,
  publicKeySetting,
  sealChannelSecrets,
  withSigningKeys,
} from './channel-secrets.ts';
import { channelSettings, channelTypeOf, levelOf } from './channel-settings.ts';

type Texts = Readonly<Record<string, string>>;

const CHANNELS_MAX = 50;
const LEVEL_STANDARD: Level = 'low';
const NAME = /^[a-z0-9-]{1,64}$/;

/**
 * `PutChannel`: makes a channel, or replaces its settings. A secret that is not given stays what it was, unless the type
 * becomes another one. Secrets are sealed before anything else looks at them, and only their names are noted.
 */
export const putChannel: Operation = {
  name: 'PutChannel',
  action: 'channel.put',
  run(attempt, params) {
    const name = params.text('channelName');
    const given = params.textMap('secrets') ?? {};
    const isRotated = params.flag('rotateSigningKey');
    attempt.note.parameters = {
      channel: clip(name),
      ...(isRotated ? { rotateSigningKey: true } : {}),
      secrets: Object.keys(given).map(clip).sort(),
      type: clip(params.text('type')),
    };
    authorizeForChannels(attempt, 'keywitness:PutChannel');
    if (!NAME.test(name)) {
      throw new OperationError(
        'InvalidInput',
        'a channel has a name of 1 to 64 lower-case letters, digits and hyphens',
      );
    }
    const known = attempt.view.channel(name);
    if (known === undefined) requireRoom(attempt);
    const record = newRecord(attempt, params, name, known);
    attempt.note.change = {
      ...(known === undefined || known.deleted === true ? {} : { before: notedChannel(known) }),
      after: notedChannel(record),
    };
    return writeChannel(attempt, record);
  },
};

function newRecord(
  attempt: Attempt,
  params: Params,
  name: string,
  known: ChannelRecord | undefined,
): ChannelRecord {
  const type = channelTypeOf(params.text('type'));
  const living = known?.deleted === true ? undefined : known;
  const before: ChannelSecrets =
    living?.type === type ? openChannelSecrets(attempt.keyring, name, living) : {};
  const asked = withoutDerived(type, params.textMap('settings') ?? {});
  const given = params.textMap('secrets') ?? {};
  const plain = { ...without(before, ['formerSigningKey', 'formerUntilMs']), ...given };
  const settings = channelSettings(type, asked, plain);
  if (before['password'] !== undefined && given['password'] === undefined) {
    requireSameServer(living?.settings ?? {}, settings);
  }
  const secrets = withSigningKeys(
    attempt,
    type,
    { ...before, ...given },
    before,
    params.flag('rotateSigningKey'),
  );
  const levelMin = levelOf(params.optionalText('levelMin') ?? living?.levelMin ?? LEVEL_STANDARD);
  const record: ChannelRecord = {
    name,
    type,
    settings: { ...settings, ...publicKeySetting(secrets) },
    sealedSecrets: sealChannelSecrets(attempt, name, secrets),
    secretNames: Object.keys(plain)
      .concat(type === 'webhook' ? ['signingKey'] : [])
      .filter(isFirst)
      .sort(),
    levelMin,
    disabled: living?.disabled ?? false,
    ...changedNow(attempt),
    sinceIndex: living?.sinceIndex ?? attempt.view.revision,
  };
  if (known === undefined) return record;
  return isSame(living, record, before, secrets)
    ? { ...record, former: known.former }
    : { ...record, ...formerOf(attempt, known, 'changed') };
}

/**
 * Whoever changes a channel need not know its password, and must not learn it: one that was kept is sent where it was
 * given for, and nowhere else.
 *
 * @throws OperationError `InvalidInput`.
 */
function requireSameServer(before: Texts, after: Texts): void {
  const changed = ['host', 'port', 'security', 'user'].find((name) => before[name] !== after[name]);
  if (changed === undefined) return;
  const message = `the password is kept for the server that it was given for; give it again to change \`${changed}\``;
  throw new OperationError('InvalidInput', message);
}

/** Settings that follow from secrets may be put as they were shown; they are worked out again. */
function withoutDerived(type: ChannelType, settings: Texts): Texts {
  return without(settings, type === 'email' ? ['publicKey'] : ['host', 'publicKey']);
}

function without(texts: Texts, names: readonly string[]): Texts {
  return Object.fromEntries(Object.entries(texts).filter(([name]) => !names.includes(name)));
}

function isFirst(name: string, position: number, names: readonly string[]): boolean {
  return names.indexOf(name) === position;
}

/** Whether the channel tells the same things in the same place as before. */
function isSame(
  before: ChannelRecord | undefined,
  after: ChannelRecord,
  secretsBefore: ChannelSecrets,
  secretsAfter: ChannelSecrets,
): boolean {
  if (before?.levelMin !== after.levelMin || before.type !== after.type) return false;
  return areSame(before.settings, after.settings) && areSame(secretsBefore, secretsAfter);
}

function areSame(left: Texts, right: Texts): boolean {
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name]);
}

function requireRoom(attempt: Attempt): void {
  const living = [...attempt.view.peek.channels.values()].filter(({ deleted }) => deleted !== true);
  if (living.length < CHANNELS_MAX) return;
  throw new OperationError('LimitExceeded', `there are at most ${CHANNELS_MAX} channels`);
}
