import type { TrailPlace } from './record.ts';

/** The one trail that an installation has: all of its record, in all accounts. It exists without being made. */
export interface Trail {
  readonly name: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  /** The bucket that its files are read from. */
  readonly bucket: string;
}

const NAME = 'keywitness';

/** The trail of an installation. Nothing in it ever changes, so that the names of its files do not. */
export function trailOf({ account, region: asked, regions }: TrailPlace): Trail {
  const region = regions?.[0] ?? asked;
  return {
    name: NAME,
    arn: `arn:aws:cloudtrail:${region}:${account}:trail/${NAME}`,
    account,
    region,
    bucket: `keywitness-cloudtrail-${account}`,
  };
}
