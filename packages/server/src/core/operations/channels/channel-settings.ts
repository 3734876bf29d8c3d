import { openWebhookSigningKey } from '../../crypto/index.ts';
import { OperationError } from '../errors.ts';
import type { ChannelType, Level } from '../response-records.ts';

type Texts = Readonly<Record<string, string>>;

/** What a member of a channel must be, in words for whoever got it wrong. */
interface Member {
  readonly isValid: (text: string) => boolean;
  readonly meaning: string;
}

interface TypeMembers {
  readonly settings: Readonly<Record<string, Member>>;
  readonly secrets: Readonly<Record<string, Member>>;
  /** Members that take their value from here when nobody gives one. */
  readonly standards: Texts;
  /** Settings and secrets that it cannot do without. */
  readonly required: readonly string[];
}

const TEXT_MAX = 2048;
const RECIPIENTS_MAX = 20;
const HOST =
  /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$|^\[[0-9a-f:.]+\]$/i;
const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
// oxlint-disable-next-line eslint/no-control-regex -- control characters are what this pattern refuses
const CONTROL = /[\u0000-\u001f\u007f]/;

const url: Member = { isValid: isUrl, meaning: 'an https URL without a user and without a fragment' };
const chat: TypeMembers = { settings: {}, secrets: { url }, standards: {}, required: ['url'] };

const TYPES: Readonly<Record<ChannelType, TypeMembers>> = {
  slack: chat,
  teams: chat,
  pagerduty: {
    settings: { region: oneOf('us', 'eu') },
    secrets: {
      routingKey: {
        isValid: (text) => /^[A-Za-z0-9]{32}$/.test(text),
        meaning: 'an integration key of 32 letters and digits',
      },
    },
    standards: { region: 'us' },
    required: ['routingKey'],
  },
  email: {
    settings: {
      host: { isValid: (text) => HOST.test(text), meaning: 'the name of a mail server' },
      port: { isValid: isPort, meaning: 'a port from 1 to 65535' },
      security: oneOf('starttls', 'tls', 'dangerously-none'),
      from: { isValid: (text) => ADDRESS.test(text), meaning: 'an e-mail address' },
      to: { isValid: areAddresses, meaning: `up to ${RECIPIENTS_MAX} e-mail addresses, with commas` },
      user: { isValid: isPlain, meaning: 'a user name' },
    },
    secrets: { password: { isValid: isPlain, meaning: 'a password' } },
    standards: { port: '587', security: 'starttls' },
    required: ['host', 'from', 'to'],
  },
  webhook: {
    settings: {},
    secrets: {
      url,
      signingKey: {
        isValid: (text) => openWebhookSigningKey(text) !== undefined,
        meaning: '`whsk_` with an Ed25519 key or `whsec_` with 24 to 64 bytes, in base64',
      },
    },
    standards: {},
    required: ['url'],
  },
};

const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

/** @throws OperationError `InvalidInput`. */
export function channelTypeOf(text: string): ChannelType {
  const types: readonly ChannelType[] = ['slack', 'pagerduty', 'teams', 'email', 'webhook'];
  const type = types.find((candidate) => candidate === text);
  if (type !== undefined) return type;
  throw new OperationError('InvalidInput', `a channel is of the type ${types.join(', ')}`);
}

/** @throws OperationError `InvalidInput`. */
export function levelOf(text: string): Level {
  const level = LEVELS.find((candidate) => candidate === text);
  if (level !== undefined) return level;
  throw new OperationError('InvalidInput', `a level is one of ${LEVELS.join(', ')}`);
}

/**
 * The settings of a channel as they are kept: those that were given, checked, and those that follow from the secrets.
 *
 * @throws OperationError `InvalidInput`; the message names the member and never its value.
 */
export function channelSettings(type: ChannelType, given: Texts, secrets: Texts): Texts {
  const members = TYPES[type];
  const settings = { ...members.standards, ...given };
  check(members.settings, settings, `a channel of the type \`${type}\``);
  check(members.secrets, secrets, `the secrets of a channel of the type \`${type}\``);
  for (const name of members.required) {
    if (settings[name] !== undefined || secrets[name] !== undefined) continue;
    throw new OperationError('InvalidInput', `a channel of the type \`${type}\` needs \`${name}\``);
  }
  if (type === 'email') requireSafeLogin(settings, secrets);
  const { url: address } = secrets;
  return address === undefined ? settings : { ...settings, host: new URL(address).host };
}

function requireSafeLogin(settings: Texts, secrets: Texts): void {
  const { password } = secrets;
  if ((settings['user'] === undefined) !== (password === undefined)) {
    throw new OperationError('InvalidInput', 'an e-mail channel has both `user` and `password`, or neither');
  }
  if (password !== undefined && settings['security'] === 'dangerously-none') {
    throw new OperationError('InvalidInput', 'a password is not sent over a connection without TLS');
  }
}

function check(members: Readonly<Record<string, Member>>, texts: Texts, whose: string): void {
  for (const [name, text] of Object.entries(texts)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (member === undefined) {
      const known = Object.keys(members);
      const hint = known.length === 0 ? 'it has none' : `there is ${known.join(', ')}`;
      throw new OperationError('InvalidInput', `${whose} has no member \`${name.slice(0, 64)}\`: ${hint}`);
    }
    if (text.length <= TEXT_MAX && member.isValid(text)) continue;
    throw new OperationError('InvalidInput', `\`${name}\` of ${whose} is not ${member.meaning}`);
  }
}

function oneOf(...texts: readonly string[]): Member {
  return { isValid: (text) => texts.includes(text), meaning: `one of ${texts.join(', ')}` };
}

function isUrl(text: string): boolean {
  if (CONTROL.test(text) || !URL.canParse(text)) return false;
  const { protocol, username, password, hash, hostname } = new URL(text);
  const isWeb = protocol === 'https:' || protocol === 'http:';
  return isWeb && hostname !== '' && username === '' && password === '' && hash === '';
}

function isPort(text: string): boolean {
  return /^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= 65_535;
}

function areAddresses(text: string): boolean {
  const addresses = text.split(',').map((address) => address.trim());
  return addresses.length <= RECIPIENTS_MAX && addresses.every((address) => ADDRESS.test(address));
}

function isPlain(text: string): boolean {
  return text !== '' && !CONTROL.test(text);
}
