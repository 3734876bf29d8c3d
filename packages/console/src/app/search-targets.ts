import type { SuggestField, Suggestion } from '@keywitness/api';
import { parseArn, shortArn } from '../formats/index.ts';
import { placeOfArn, places } from '../places/index.ts';

/** Something that a text in the search box may mean. */
export interface SearchTarget {
  /** What is done, such as `Open the event`. */
  readonly what: string;
  /** With what. */
  readonly detail: string;
  readonly href: string;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-([0-9a-f])[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const keyId = /^(mrk-[0-9a-f]{32}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;
const accessKeyId = /^(AKIA|ASIA)[A-Z2-7]{16}$/;
const address = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f:]*:[0-9a-f:]+)$/i;

/** What a text may mean, the likeliest first. Words are always looked for in the record, so there is always an answer. */
export function searchTargets(typed: string): readonly SearchTarget[] {
  const text = typed.trim();
  if (text === '') return [];
  return [...idTargets(text), ...pairTargets(text), ...nameTargets(text), wordsTarget(text)];
}

function idTargets(text: string): readonly SearchTarget[] {
  const version = uuid.exec(text)?.[1];
  const event = { what: 'Open the event', detail: text, href: places.event(text) };
  const key = { what: 'Open the key', detail: text, href: places.key(text) };
  // Events are told from keys by the version of their ids (RFC 9562): 7 has the time in it, 4 is random.
  if (version === '7') {
    return [event, { what: 'Events of the request', detail: text, href: places.audit({ request: text }) }];
  }
  if (keyId.test(text)) {
    return [key, { what: 'Events of the key', detail: text, href: places.audit({ key: text }) }];
  }
  if (accessKeyId.test(text)) {
    return [{ what: 'Events of the access key', detail: text, href: places.audit({ credential: text }) }];
  }
  if (address.test(text)) {
    return [{ what: 'Events from the address', detail: text, href: places.audit({ source: text }) }];
  }
  return [];
}

function pairTargets(text: string): readonly SearchTarget[] {
  const match = /^([^=\s]+)=(.+)$/.exec(text);
  const [, name, value] = match ?? [];
  if (name === undefined || value === undefined) return [];
  return [
    { what: 'Who accessed', detail: text, href: places.access({ name, value }) },
    { what: 'Events of the asset', detail: text, href: places.audit({ asset: text }) },
  ];
}

function nameTargets(text: string): readonly SearchTarget[] {
  const parts = parseArn(text);
  if (parts === undefined) return [];
  const place = placeOfArn(text);
  const field = parts.service === 'kms' ? 'key' : 'principal';
  return [
    ...(place === undefined
      ? []
      : [{ what: field === 'key' ? 'Open the key' : 'Open the identity', detail: text, href: place }]),
    {
      what: field === 'key' ? 'Events of the key' : 'Events of the principal',
      detail: text,
      href: places.audit({ [field]: text }),
    },
  ];
}

function wordsTarget(text: string): SearchTarget {
  return { what: 'Search the record for', detail: text, href: places.audit({ text }) };
}

/** What to call the events that have a value. */
const eventsOf: Readonly<Record<SuggestField, string>> = {
  account: 'Events of the account',
  action: 'Events of the action',
  asset: 'Events of the asset',
  credential: 'Events of the access key',
  errorCode: 'Events with the code',
  issuer: 'Events of the issuer',
  key: 'Events of the key',
  material: 'Events of the key material',
  operation: 'Events of the operation',
  outcome: 'Events that ended',
  principal: 'Events of the principal',
  session: 'Events of the session',
  source: 'Events from the address',
  subject: 'Events of the subject',
  userAgent: 'Events of the program',
};

/**
 * Targets and values that the record has. What was typed comes first and stays there: whoever presses enter knows where that
 * leads, however late suggestions come.
 */
export function withSuggestions(
  targets: readonly SearchTarget[],
  suggestions: readonly Suggestion[],
): readonly SearchTarget[] {
  const known = new Set(targets.map(({ href }) => href));
  return [...targets, ...suggestions.map(suggestedTarget).filter(({ href }) => !known.has(href))];
}

function suggestedTarget({ field, value }: Suggestion): SearchTarget {
  const [, name, rest] = /^([^=]+)=(.*)$/.exec(value) ?? [];
  if (field === 'asset' && name !== undefined && rest !== undefined) {
    return { what: 'Who accessed', detail: value, href: places.access({ name, value: rest }) };
  }
  const place = placeOfArn(value);
  if (place !== undefined && (field === 'key' || field === 'principal')) {
    const what = field === 'key' ? 'Open the key' : 'Open the identity';
    return { what, detail: shortArn(value), href: place };
  }
  return { what: eventsOf[field], detail: shortArn(value), href: places.audit({ [field]: value }) };
}
