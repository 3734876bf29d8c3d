import {
  findCurrentMaterial,
  type KeyOrigin,
  type KeyRecord,
  type KeyState,
  keyState,
  materialState,
  multiRegionType,
  parseKeyRecord,
} from '../keys/index.ts';

/** What many keys have in common; one object for all of them. */
interface KeyKind {
  /** The state while all imported material is there that ever was. */
  readonly state: KeyState;
  readonly spec: string;
  readonly usage: string;
  readonly origin: KeyOrigin;
  readonly multiRegion: 'PRIMARY' | 'REPLICA' | undefined;
  /** Of automatic rotation, days; absent while there is none. */
  readonly periodDays: number | undefined;
}

/** Instants that few keys have, milliseconds since the epoch. */
interface KeyEnds {
  readonly deletionAtMs: number;
  /** From when on a key waits for imported material that it has encrypted with. */
  readonly pendingFromMs: number;
  /** When imported material of it expires first. */
  readonly expiresAtMs: number;
}

/** What lists of keys are filtered by, without the key's policy and material: small, because there may be many. */
export interface KeyFacts {
  readonly kind: KeyKind;
  /** Description and tags, each tag as `key=value`, a line each, in lower case. */
  readonly text: string;
  readonly createdAtMs: number;
  /** When the material that encrypts now began to. */
  readonly rotatedAtMs: number;
  readonly ends: KeyEnds | undefined;
}

/** The facts of keys that were asked for, by what the keys are stored under. */
export class KeyFactsBook {
  readonly #textOf: (name: string) => string | undefined;
  readonly #facts = new Map<string, KeyFacts>();
  readonly #kinds = new Map<string, KeyKind>();

  /** @param textOf a key's record as it is stored */
  constructor(textOf: (name: string) => string | undefined) {
    this.#textOf = textOf;
  }

  /** Reads the record when it is asked for the first time, which takes some 10 microseconds. */
  of(name: string): KeyFacts | undefined {
    const known = this.#facts.get(name);
    if (known !== undefined) return known;
    const text = this.#textOf(name);
    if (text === undefined) return undefined;
    const facts = this.#read(parseKeyRecord(text));
    this.#facts.set(name, facts);
    return facts;
  }

  /** The key has changed, or is gone. */
  forget(name: string): void {
    this.#facts.delete(name);
  }

  #read(record: KeyRecord): KeyFacts {
    const lines = [record.description, ...record.tags.map(({ key, value }) => `${key}=${value}`)];
    return {
      kind: this.#kindOf(record),
      text: lines.join('\n').trim().toLowerCase(),
      createdAtMs: record.createdAtMs,
      rotatedAtMs: lastRotationMs(record) ?? record.createdAtMs,
      ends: endsOf(record),
    };
  }

  #kindOf(record: KeyRecord): KeyKind {
    const { origin, rotation, spec, usage } = record;
    const kind = {
      // At this instant nothing has expired.
      state: keyState(record, 0),
      spec,
      usage,
      origin,
      multiRegion: multiRegionType(record),
      periodDays: rotation?.periodDays,
    };
    const name = Object.values(kind).join();
    const known = this.#kinds.get(name);
    if (known !== undefined) return known;
    this.#kinds.set(name, kind);
    return kind;
  }
}

/** The state of a key at a time, as `keyState` has it. */
export function stateOf({ ends, kind }: KeyFacts, nowMs: number): KeyState {
  const isWaiting = ends !== undefined && ends.pendingFromMs <= nowMs;
  return isWaiting && (kind.state === 'Enabled' || kind.state === 'Disabled') ? 'PendingImport' : kind.state;
}

/** When a key was last rotated, milliseconds since the epoch; `undefined` when it never was. */
export function lastRotationMs(record: KeyRecord): number | undefined {
  return findCurrentMaterial(record)?.rotatedAtMs;
}

/** When imported material of a key expires first; `Infinity` when none does. */
export function firstExpiryMs({ materials }: KeyRecord): number {
  return Math.min(...materials.map(({ expiresAtMs }) => expiresAtMs ?? Infinity), Infinity);
}

function endsOf(record: KeyRecord): KeyEnds | undefined {
  const { deletionAtMs = Infinity, materials, origin } = record;
  const used = materials.filter((material) => {
    const state = materialState(record, material);
    return origin === 'EXTERNAL' && (state === 'CURRENT' || state === 'NON_CURRENT');
  });
  const ends = {
    deletionAtMs,
    pendingFromMs: firstExpiryMs({ ...record, materials: used }),
    expiresAtMs: firstExpiryMs(record),
  };
  return Object.values(ends).every((end) => end === Infinity) ? undefined : ends;
}
