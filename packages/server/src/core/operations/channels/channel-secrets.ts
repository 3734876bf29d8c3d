import { newWebhookSigningKey, openWebhookSigningKey } from '../../crypto/index.ts';
import type { Keyring } from '../../keys/index.ts';
import type { Attempt } from '../attempt.ts';
import type { ChannelTarget, ChannelType } from '../response-records.ts';
import { parseRecord } from '../subjects.ts';

/** For so long messages are signed with the key before as well, after another one has taken its place. */
const FORMER_KEY_MS = 86_400_000;

/** The secret members of a channel, by type (`spec/notifications.md`). */
export type ChannelSecrets = Readonly<Record<string, string>>;

/** Opens the secrets of a channel. @throws KeyringError when they are not those of this channel. */
export function openChannelSecrets(
  keyring: Keyring,
  name: string,
  { sealedSecrets }: Pick<ChannelTarget, 'sealedSecrets'>,
): ChannelSecrets {
  const bytes = keyring.openSecret(['channel', name], sealedSecrets);
  try {
    return parseRecord<ChannelSecrets>(Buffer.from(bytes).toString('utf8'));
  } finally {
    bytes.fill(0);
  }
}

/** Seals the secrets of a channel for its record. */
export function sealChannelSecrets(
  { keyring, entropy }: Attempt,
  name: string,
  secrets: ChannelSecrets,
): string {
  const bytes = Buffer.from(JSON.stringify(secrets), 'utf8');
  try {
    return keyring.sealSecret(['channel', name], bytes, entropy);
  } finally {
    bytes.fill(0);
  }
}

/**
 * The secrets that a webhook is kept with: it always has a signing key, and for a while the one before. Other types are
 * kept as they are.
 */
export function withSigningKeys(
  { entropy, nowMs }: Attempt,
  type: ChannelType,
  secrets: ChannelSecrets,
  before: ChannelSecrets,
  isRotated: boolean,
): ChannelSecrets {
  if (type !== 'webhook') return secrets;
  const { formerSigningKey: former, formerUntilMs: until, ...plain } = secrets;
  const kept = before['signingKey'];
  const isNew = isRotated || plain['signingKey'] === undefined;
  const signingKey = isNew ? newWebhookSigningKey(entropy) : (plain['signingKey'] ?? '');
  if (kept !== undefined && kept !== signingKey) {
    const formerUntilMs = String(nowMs + FORMER_KEY_MS);
    return { ...plain, signingKey, formerSigningKey: kept, formerUntilMs };
  }
  return former === undefined || until === undefined || Number(until) < nowMs
    ? { ...plain, signingKey }
    : { ...plain, signingKey, formerSigningKey: former, formerUntilMs: until };
}

/** The public half of a channel's signing key, as a setting. */
export function publicKeySetting({ signingKey }: ChannelSecrets): Readonly<Record<string, string>> {
  const publicKey = signingKey === undefined ? undefined : openWebhookSigningKey(signingKey)?.publicKey;
  return publicKey === undefined ? {} : { publicKey };
}
