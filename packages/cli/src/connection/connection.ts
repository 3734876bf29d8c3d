import { Failure } from '../failure.ts';
import { type ProfileSettings, readProfile } from './profile.ts';

/** What the command line may say about the service; never a secret. */
export interface ConnectionOptions {
  readonly endpoint?: string;
  readonly profile?: string;
  readonly region?: string;
}

/** An access key. */
export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** Where the service is and who asks it. */
export interface Connection {
  readonly profileName: string;
  readonly endpoint: string;
  readonly region: string;
  /** `undefined` when there is none; a command that needs one says so. */
  readonly credentials: Credentials | undefined;
  /** A file with certificates to trust besides those of Node. */
  readonly caBundle: string | undefined;
}

type Environment = Readonly<Record<string, string | undefined>>;

const endpointStandard = 'http://127.0.0.1:7443';
const regionStandard = 'us-east-1';
const profileStandard = 'default';

/**
 * Finds the service and an access key as AWS's own tools do: options, then the environment, then the profile. A profile
 * named by `--profile` wins over an access key in the environment. Only for who is about to write it, a profile that is
 * named may be missing.
 */
export async function resolveConnection(
  options: ConnectionOptions,
  env: Environment,
  missing: 'refuse' | 'allow' = 'refuse',
): Promise<Connection> {
  const named = options.profile ?? text(env['AWS_PROFILE']);
  const profileName = named ?? profileStandard;
  const profile = await readProfile(profileName);
  if (named !== undefined && profile === undefined && missing === 'refuse') {
    throw new Failure('could-not', `there is no profile \`${named}\` in the AWS configuration files`);
  }
  return {
    profileName,
    endpoint: readEndpoint(options, env, profile),
    region:
      options.region ??
      text(env['AWS_REGION']) ??
      text(env['AWS_DEFAULT_REGION']) ??
      text(profile?.['region']) ??
      regionStandard,
    credentials: readCredentials(options, env, profile),
    caBundle: text(env['AWS_CA_BUNDLE']) ?? text(profile?.['ca_bundle']),
  };
}

/** What AWS's own tools would call a service with. */
export interface AwsSettings {
  /** `undefined` for where AWS has the service. */
  readonly endpoint: string | undefined;
  readonly region: string;
  readonly credentials: Credentials | undefined;
  readonly caBundle: string | undefined;
}

/** Finds out how another service than ours is called: one of AWS, or one that speaks as it does. */
export async function resolveAwsSettings(
  service: string,
  options: ConnectionOptions,
  env: Environment,
): Promise<AwsSettings> {
  const { region, credentials, caBundle, profileName } = await resolveConnection(
    { ...(options.region === undefined ? {} : { region: options.region }), ...profileOption(options) },
    env,
  );
  const profile = await readProfile(profileName);
  const endpoint =
    options.endpoint ??
    text(env[`AWS_ENDPOINT_URL_${service.toUpperCase()}`]) ??
    text(env['AWS_ENDPOINT_URL']) ??
    text(profile?.['endpoint_url']);
  if (endpoint !== undefined) checkEndpoint(endpoint);
  return { endpoint, region, credentials, caBundle };
}

function profileOption({ profile }: ConnectionOptions): Pick<ConnectionOptions, 'profile'> {
  return profile === undefined ? {} : { profile };
}

function readEndpoint(
  options: ConnectionOptions,
  env: Environment,
  profile: ProfileSettings | undefined,
): string {
  const endpoint =
    options.endpoint ??
    text(env['KEYWITNESS_ENDPOINT']) ??
    text(env['AWS_ENDPOINT_URL']) ??
    text(profile?.['endpoint_url']) ??
    endpointStandard;
  checkEndpoint(endpoint);
  return endpoint;
}

function checkEndpoint(endpoint: string): void {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw new Failure('usage', `the endpoint \`${endpoint}\` is not an http or https URL`);
  }
  if (url.username !== '' || url.password !== '') {
    throw new Failure('usage', 'the endpoint holds a user or password; use a profile or the environment');
  }
}

function readCredentials(
  options: ConnectionOptions,
  env: Environment,
  profile: ProfileSettings | undefined,
): Credentials | undefined {
  const ofEnvironment = {
    id: text(env['AWS_ACCESS_KEY_ID']),
    secret: text(env['AWS_SECRET_ACCESS_KEY']),
    token: text(env['AWS_SESSION_TOKEN']),
  };
  const ofProfile = {
    id: text(profile?.['aws_access_key_id']),
    secret: text(profile?.['aws_secret_access_key']),
    token: text(profile?.['aws_session_token']),
  };
  const order = options.profile === undefined ? [ofEnvironment, ofProfile] : [ofProfile];
  for (const { id, secret, token } of order) {
    if (id === undefined || secret === undefined) continue;
    const credentials = { accessKeyId: id, secretAccessKey: secret };
    return token === undefined ? credentials : { ...credentials, sessionToken: token };
  }
  return undefined;
}

/** An empty variable is as good as none. */
function text(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim();
}
