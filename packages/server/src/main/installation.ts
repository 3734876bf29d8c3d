import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LedgerStore } from '../core/audit/index.ts';
import { type Entropy, newTrailSecret, type SecretKey, takeSecretKey } from '../core/crypto/index.ts';
import { createHierarchy, Keyring, type OpenHierarchy, openHierarchy } from '../core/keys/index.ts';
import type { Place } from '../core/operations/index.ts';
import { type Settings, SettingsError } from './settings/index.ts';

const INSTALLATION = 'installation';
const TRAIL_KEY = 'trail-key';
const TRAIL_LABEL: readonly string[] = ['trail-key', 'rsa-2048'];
const REGION = /^[a-z0-9-]{1,32}$/;
const REGIONS_MAX = 64;
const SEAL_KEY_HEX = /^[0-9a-f]{64}\s*$/;

/** What is fixed at the first start, as it is stored. Secrets in it are sealed. */
interface StoredInstallation {
  readonly version: 1;
  readonly account: string;
  readonly region: string;
  readonly origin: string;
  readonly rootKey: string;
  readonly domainKey: string;
  /** Seeds of the log's signing keys, under the domain key. */
  readonly logSeedEd25519: string;
  readonly logSeedMlDsa44: string;
}

/** An unsealed installation. Key objects may be posted to other threads; bytes are not in here. */
export interface Installation {
  readonly place: Place;
  readonly origin: string;
  readonly keys: OpenHierarchy;
  readonly logSeedEd25519: SecretKey;
  readonly logSeedMlDsa44: SecretKey;
  /** What the trail's digests are signed with. */
  readonly trailKey: SecretKey;
}

/** The paths inside a data directory. */
export interface DataDirectory {
  readonly root: string;
  readonly store: string;
  readonly search: string;
  readonly completeness: string;
  readonly trail: string;
  readonly alerts: string;
  readonly notifications: string;
  readonly remediation: string;
  readonly log: string;
  readonly verifierKeys: string;
  readonly tls: string;
}

/** Names the parts of the data directory, and creates it for its owner alone. */
export function dataDirectory(root: string): DataDirectory {
  mkdirSync(root, { recursive: true, mode: 0o700 });
  return {
    root,
    store: join(root, 'keywitness.db'),
    search: join(root, 'search.db'),
    completeness: join(root, 'completeness.db'),
    trail: join(root, 'trail.jsonl'),
    alerts: join(root, 'alerts.db'),
    notifications: join(root, 'notifications.db'),
    remediation: join(root, 'remediation.db'),
    log: join(root, 'log'),
    verifierKeys: join(root, 'log.vkey'),
    tls: join(root, 'tls'),
  };
}

/**
 * Reads the seal key, or makes one at the first start.
 *
 * @throws SettingsError when the file does not hold a key, or is missing although the store is not new.
 */
export function readSeal(path: string, storeIsNew: boolean, entropy: Entropy): SecretKey {
  if (!existsSync(path)) {
    if (!storeIsNew) {
      throw new SettingsError(`the seal file \`${path}\` is missing; without it the keys cannot be opened`);
    }
    const bytes = entropy.bytes(32);
    writeFileSync(path, `${Buffer.from(bytes).toString('hex')}\n`, { mode: 0o400, flag: 'wx', flush: true });
    return takeSecretKey(bytes);
  }
  const text = readFileSync(path, 'utf8');
  if (!SEAL_KEY_HEX.test(text)) {
    throw new SettingsError(`the seal file \`${path}\` does not hold 64 hexadecimal digits`);
  }
  return takeSecretKey(Buffer.from(text.trim(), 'hex'));
}

/**
 * A store without an installation beside a log that was published from one is no first start: the database is lost, and
 * a new one would begin another history in its place (G3).
 *
 * @throws SettingsError
 */
export function refuseLostStore(store: LedgerStore, directory: DataDirectory): void {
  if (store.installation(INSTALLATION) !== null || !existsSync(join(directory.log, 'checkpoint'))) return;
  throw new SettingsError(
    `there is a published log in \`${directory.log}\`, but the store \`${directory.store}\` that it came from is lost`,
  );
}

/**
 * Opens the installation in `store`, or makes it: one atomic write, so a crash leaves either none or a whole one.
 *
 * @throws SealError for the wrong seal; SettingsError when a setting contradicts what is fixed.
 */
export function openInstallation(
  store: LedgerStore,
  seal: SecretKey,
  settings: Settings,
  entropy: Entropy,
): Installation {
  const stored = store.installation(INSTALLATION);
  if (stored === null) {
    store.install(INSTALLATION, JSON.stringify(newInstallation(seal, settings, entropy)));
    return openInstallation(store, seal, settings, entropy);
  }
  const installation = parseInstallation(stored);
  for (const name of ['account', 'origin'] as const) refuseChange(settings, name, installation[name]);
  if (settings.optionalText('region') !== 'us-east-1') refuseChange(settings, 'region', installation.region);
  const regions = regionsIn(settings, installation.region);
  const keys = openHierarchy(seal, installation);
  const keyring = new Keyring(keys.domainKey);
  return {
    place: { account: installation.account, region: installation.region, regions },
    origin: installation.origin,
    keys,
    logSeedEd25519: takeSecretKey(keyring.openSecret(['log-seed', 'ed25519'], installation.logSeedEd25519)),
    logSeedMlDsa44: takeSecretKey(keyring.openSecret(['log-seed', 'ml-dsa-44'], installation.logSeedMlDsa44)),
    trailKey: openTrailKey(store, keyring, entropy),
  };
}

/** The trail's key, made at the first start of a version that has a trail. */
function openTrailKey(store: LedgerStore, keyring: Keyring, entropy: Entropy): SecretKey {
  const stored = store.installation(TRAIL_KEY);
  if (stored !== null) return takeSecretKey(keyring.openSecret(TRAIL_LABEL, stored));
  const secret = newTrailSecret();
  store.install(TRAIL_KEY, keyring.sealSecret(TRAIL_LABEL, secret, entropy));
  return takeSecretKey(secret);
}

/** The store holds only what this program wrote into it. */
function parseInstallation(stored: string): StoredInstallation {
  const parsed: unknown = JSON.parse(stored);
  if (isInstallation(parsed)) return parsed;
  throw new TypeError('the store holds no installation');
}

function isInstallation(value: unknown): value is StoredInstallation {
  return typeof value === 'object' && value !== null && 'version' in value && value.version === 1;
}

function newInstallation(seal: SecretKey, settings: Settings, entropy: Entropy): StoredInstallation {
  const account = settings.optionalText('account') ?? randomAccount(entropy);
  if (!/^[0-9]{12}$/.test(account)) {
    throw new SettingsError(`the account \`${account}\` does not have 12 digits`);
  }
  const sealed = createHierarchy(seal, entropy);
  const keyring = new Keyring(openHierarchy(seal, sealed).domainKey);
  const name = Buffer.from(entropy.bytes(5)).toString('hex');
  return {
    version: 1,
    account,
    region: firstRegion(settings),
    origin: settings.optionalText('origin') ?? `keywitness.internal/${name}`,
    ...sealed,
    logSeedEd25519: keyring.sealSecret(['log-seed', 'ed25519'], entropy.bytes(32), entropy),
    logSeedMlDsa44: keyring.sealSecret(['log-seed', 'ml-dsa-44'], entropy.bytes(32), entropy),
  };
}

/** The Region of an installation that is made now: the first of `regions`, or `region`. */
function firstRegion(settings: Settings): string {
  const [first] = listOfRegions(settings);
  return first ?? settings.text('region');
}

/**
 * The Regions of an installation that there is.
 *
 * @throws SettingsError when the first one is not its own: everything that has no Region is in that one.
 */
function regionsIn(settings: Settings, home: string): readonly string[] {
  const regions = listOfRegions(settings);
  const [first = home] = regions;
  if (first !== home) {
    throw new SettingsError(
      `the setting \`regions\` must begin with \`${home}\`, the region of this data directory`,
    );
  }
  return regions.length === 0 ? [home] : regions;
}

function listOfRegions(settings: Settings): readonly string[] {
  const text = settings.optionalText('regions');
  if (text === undefined) return [];
  const regions = text.split(',').map((region) => region.trim());
  const strange = regions.find((region) => !REGION.test(region));
  if (strange !== undefined) {
    throw new SettingsError(`the setting \`regions\` names \`${strange}\`, which is no region`);
  }
  if (new Set(regions).size !== regions.length) {
    throw new SettingsError('the setting `regions` names a region twice');
  }
  if (regions.length > REGIONS_MAX) {
    throw new SettingsError(`the setting \`regions\` names more than ${REGIONS_MAX}`);
  }
  return regions;
}

function refuseChange(settings: Settings, name: string, fixed: string): void {
  const wanted = settings.optionalText(name);
  if (wanted !== undefined && wanted !== fixed) {
    throw new SettingsError(`the setting \`${name}\` is fixed as \`${fixed}\` in this data directory`);
  }
}

function randomAccount(entropy: Entropy): string {
  const number = Buffer.from(entropy.bytes(6)).readUIntBE(0, 6) % 900_000_000_000;
  return String(100_000_000_000 + number);
}
