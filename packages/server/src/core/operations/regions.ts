/** Where the service is: what ARNs are made of. */
export interface Place {
  /** The account that came first; the management account of the organization. */
  readonly account: string;
  /** The Region that is asked; of the service itself, its first one. */
  readonly region: string;
  /** All Regions that the service answers for, the first one first; absent when it is the one. */
  readonly regions?: readonly string[] | undefined;
}

/** The Regions that a service answers for, its first one, the home, before the others. */
export function regionsOf({ region, regions }: Place): readonly string[] {
  return regions ?? [region];
}

/** The Region that IAM, the trail, and everything else is in that has no Region of its own. */
function homeRegion(place: Place): string {
  return regionsOf(place)[0] ?? place.region;
}

/** The same place as it is asked in one of its Regions; without one, in the first. */
export function placeIn(place: Place, region: string | undefined): Place {
  return region === undefined || region === place.region
    ? place
    : { ...place, region, regions: regionsOf(place) };
}

/** What records of keys and aliases say of their Region: nothing in the first one. */
export function storedRegion(place: Place, region: string = place.region): string | undefined {
  return region === homeRegion(place) ? undefined : region;
}

/** Behind a name, the Region that it is in; nothing for the first one. */
export function regionSuffix(region: string | undefined): string {
  return region === undefined ? '' : `@${region}`;
}

/** Takes a name and the Region behind it apart. */
export function splitRegion(name: string): { readonly name: string; readonly region: string | undefined } {
  const at = name.lastIndexOf('@');
  return at < 0 ? { name, region: undefined } : { name: name.slice(0, at), region: name.slice(at + 1) };
}
