import { type ApiClient, ApiError, createApiClient } from '@keywitness/api';
import type { LogFetch } from '@keywitness/log';
import { httpFetch } from '@keywitness/log/node';
import { Failure, reasonOf } from '../failure.ts';
import {
  type AwsSettings,
  type Connection,
  type ConnectionOptions,
  type Credentials,
  resolveAwsSettings,
  resolveConnection,
} from './connection.ts';
import { packageVersion } from '../version.ts';
import { trustAlso } from './trust.ts';

const noAccessKey =
  'there is no access key: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or put them in an AWS profile';

/** Finds the service and an access key for it; nothing is sent yet. */
export async function connect(options: ConnectionOptions): Promise<ApiClient> {
  const connection = await findConnection(options);
  const client = clientOf(connection);
  if (client !== undefined) return client;
  throw new Failure('could-not', noAccessKey);
}

/**
 * Reads a published log under a URL: with signed requests when it is that of the service, for which there is an access
 * key, and with plain ones otherwise.
 */
export async function connectLog(url: string, options: ConnectionOptions): Promise<LogFetch> {
  const connection = await findConnection(options);
  const ofService = `${connection.endpoint.replace(/\/+$/, '')}/log`;
  const client = url.replace(/\/+$/, '') === ofService ? clientOf(connection) : undefined;
  return client?.logFetch ?? httpFetch(url);
}

/** Where the service is, for requests that are not signed. */
export interface FoundService {
  readonly endpoint: string;
  /** The profile that was asked for, which need not exist. */
  readonly profile: string;
  readonly fetch: typeof fetch;
}

/** Finds the service for somebody who has no access key yet; nothing is sent. */
export async function findService(options: ConnectionOptions): Promise<FoundService> {
  const { endpoint, profileName, caBundle } = await resolveConnection(options, process.env, 'allow');
  if (caBundle !== undefined) trustAlso(caBundle);
  return { endpoint, profile: profileName, fetch: fetchAsKeywitness };
}

/** Where the service is, and the access key for its AWS operations. */
export interface FoundCaller {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: Credentials;
}

/** Finds the service and an access key for operations of AWS's; nothing is sent yet. */
export async function findCaller(options: ConnectionOptions): Promise<FoundCaller> {
  const { endpoint, region, credentials } = await findConnection(options);
  if (credentials === undefined) throw new Failure('could-not', noAccessKey);
  return { endpoint, region, accessKey: credentials };
}

/** Finds out how another service than ours, such as `s3`, is called. Nothing is sent. */
export async function readAwsSettings(service: string, options: ConnectionOptions): Promise<AwsSettings> {
  const settings = await resolveAwsSettings(service, options, process.env);
  if (settings.caBundle !== undefined) trustAlso(settings.caBundle);
  return settings;
}

async function findConnection(options: ConnectionOptions): Promise<Connection> {
  const connection = await resolveConnection(options, process.env);
  if (connection.caBundle !== undefined) trustAlso(connection.caBundle);
  return connection;
}

function clientOf({ endpoint, region, credentials }: Connection): ApiClient | undefined {
  if (credentials === undefined) return undefined;
  return createApiClient({
    endpoint,
    region,
    credentials: () => Promise.resolve(credentials),
    fetch: fetchAsKeywitness,
  });
}

/** The record shows what a client claims to be, so this one says what it is. */
const fetchAsKeywitness: typeof fetch = (input, init) => {
  const headers = new Headers(init?.headers);
  headers.set('user-agent', `keywitness-cli/${packageVersion()}`);
  return fetch(input, { ...init, headers });
};

/** What a failed call to the service means to the caller of a command; `undefined` for other errors. */
export function serviceFailure(error: unknown): Failure | undefined {
  if (error instanceof ApiError) return apiFailure(error);
  const isTimeout = error instanceof Error && error.name === 'TimeoutError';
  return isTimeout
    ? new Failure('could-not', 'the service did not answer in time', { cause: error })
    : undefined;
}

function apiFailure(error: ApiError): Failure {
  const { code, message, status, eventId } = error;
  if (status === 0 || code === 'UnexpectedAnswer') {
    const reason = error.cause === undefined ? '' : `: ${reasonOf(error)}`;
    return new Failure('could-not', `${message}${reason}`, { cause: error });
  }
  const record = eventId === undefined ? '' : `, on the record as ${eventId}`;
  return new Failure('refused', `${message} (${code}${record})`, { cause: error });
}
