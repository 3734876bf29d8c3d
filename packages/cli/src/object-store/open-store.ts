import type { Command } from 'commander';
import { type AwsSettings, readAwsSettings } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { ObjectStore } from './object-store.ts';

/** How an object store is reached; never a secret. */
export interface StoreOptions {
  readonly storeEndpoint?: string;
  readonly storeRegion?: string;
  readonly storeProfile?: string;
  readonly pathStyle?: boolean;
}

/** A place in a store: its bucket, and what all keys start with. */
export interface StorePlace {
  readonly store: ObjectStore;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
}

const placePattern = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/;
/** What a key may be made of, so that a URL says it without escapes. */
const prefixPattern = /^(?:[A-Za-z0-9._-]+\/)*$/;

/** Whether a place on the command line is one in an object store. */
export function isStorePlace(place: string): boolean {
  return place.startsWith('s3://');
}

/** The options of every command that may be given a place in an object store. */
export function withStoreOptions(command: Command): Command {
  return command
    .option('--store-endpoint <url>', 'where the object store is; Amazon S3 unless set')
    .option('--store-region <name>', 'region that its requests are signed for')
    .option('--store-profile <name>', 'AWS profile with its access key, and maybe endpoint_url and region')
    .option('--path-style', 'name the bucket in the path, not in the host name');
}

/**
 * Finds the store of a place `s3://bucket/prefix` as AWS's own tools do: options, then the environment, then the profile.
 *
 * @throws Failure for a place, an endpoint or a profile that cannot be used.
 */
export async function openStore(place: string, options: StoreOptions): Promise<StorePlace> {
  const [, bucket = '', path = ''] = placePattern.exec(place) ?? [];
  const prefix = path === '' || path.endsWith('/') ? path : `${path}/`;
  if (bucket === '' || !prefixPattern.test(prefix)) {
    throw new Failure('usage', `\`${place}\` is not of the form s3://bucket/prefix`);
  }
  const settings = await readAwsSettings('s3', {
    ...(options.storeEndpoint === undefined ? {} : { endpoint: options.storeEndpoint }),
    ...(options.storeRegion === undefined ? {} : { region: options.storeRegion }),
    ...(options.storeProfile === undefined ? {} : { profile: options.storeProfile }),
  });
  const { region, credentials } = settings;
  const bucketUrl = bucketUrlOf(bucket, settings, options.pathStyle === true);
  return { store: new ObjectStore({ bucketUrl, region, credentials }), prefix };
}

function bucketUrlOf(bucket: string, { endpoint, region }: AwsSettings, isPathStyle: boolean): string {
  const url = new URL(endpoint ?? `https://s3.${region}.amazonaws.com`);
  const path = url.pathname.replace(/\/+$/, '');
  // A certificate for *.host does not cover names with dots in them, and an address has no names below it.
  const isInPath = isPathStyle || bucket.includes('.') || /^[0-9.]+$|^\[/.test(url.hostname);
  return isInPath ? `${url.origin}${path}/${bucket}` : `${url.protocol}//${bucket}.${url.host}${path}`;
}
