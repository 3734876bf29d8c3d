import { type Entropy, exposeSecret, exposeSecretToken, type SecretKey } from '../../core/crypto/index.ts';
import { type Keyring, KeyringError } from '../../core/keys/index.ts';
import type { SingleSignOn } from '../../fronts/console/index.ts';
import type { SsoSettings } from '../console-settings.ts';
import type { WebIdentityRules } from './web-identities.ts';

/** What a sign-in at an issuer needs of this thread. */
export interface SignInParts extends WebIdentityRules, Pick<SingleSignOn, 'verifyWebIdentity'> {
  readonly keyring: Keyring;
  readonly entropy: Entropy;
}

/** What is sealed into the cookie of a browser that has begun to sign in; nothing else is sealed under it. */
const LABEL = ['console-sign-in'];

/** Joins the console's front to the issuer that the settings name. */
export function singleSignOn(
  settings: SsoSettings | undefined,
  { clockSkewMs, entropy, insecureLoopback, keyring, verifyWebIdentity }: SignInParts,
): SingleSignOn | undefined {
  if (settings === undefined) return undefined;
  const { clientSecret, ...known } = settings;
  return {
    ...known,
    ...(clientSecret === undefined ? {} : { clientSecret: () => textOf(clientSecret) }),
    fetch,
    allowLoopbackHttp: insecureLoopback,
    clockSkewMs,
    verifyWebIdentity,
    seal: (bytes) => keyring.sealSecret(LABEL, bytes, entropy),
    open: (sealed) => openSealed(keyring, sealed),
  };
}

function openSealed(keyring: Keyring, sealed: string): Uint8Array | undefined {
  try {
    return keyring.openSecret(LABEL, sealed);
  } catch (error) {
    if (error instanceof KeyringError) return undefined;
    throw error;
  }
}

function textOf(secret: SecretKey): string {
  const bytes = exposeSecret(secret, exposeSecretToken);
  const text = Buffer.from(bytes).toString('utf8');
  bytes.fill(0);
  return text;
}
