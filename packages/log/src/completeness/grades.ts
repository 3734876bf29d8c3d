/** How closely an event is about an asset (`spec/completeness.md`, "Grades"). */
export interface AssetGrade {
  /** `asset-exact`: the use was of this asset alone. `asset-set`: of this asset and others. */
  readonly grade: 'asset-exact' | 'asset-set';
  /** The event released what can be used later, without an event. */
  readonly lease: boolean;
}

/** A pair of an encryption context. */
export interface AssetPair {
  readonly name: string;
  readonly value: string;
}

/** Acts that release what can be used later, without an event. */
export const leaseActions = ['key.generate-data-key', 'key.decrypt'] as const;

const leases: ReadonlySet<unknown> = new Set(leaseActions);

/** Grades an event, as parsed, for an asset. `undefined` when it is not about the asset. */
export function assetGrade(event: unknown, asset: AssetPair): AssetGrade | undefined {
  if (!isMembers(event)) return undefined;
  const pairs = [...pairsOf(event['context']), ...pairsOf(event['sourceContext'])];
  const isAsset = ([name, value]: readonly [string, unknown]): boolean =>
    name === asset.name && value === asset.value;
  if (!pairs.some(isAsset)) return undefined;
  return {
    grade: pairs.every(isAsset) ? 'asset-exact' : 'asset-set',
    lease: event['outcome'] === 'success' && leases.has(event['action']),
  };
}

function pairsOf(value: unknown): readonly (readonly [string, unknown])[] {
  return isMembers(value) ? Object.entries(value) : [];
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
