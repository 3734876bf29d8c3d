import type { EventParameters } from '../../audit/index.ts';
import type { IdentityProviderRecord } from '../../identity/index.ts';
import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import { noteTags } from '../kms/index.ts';
import type { Operation } from '../operation.ts';
import type { Params } from '../params.ts';
import { writePolicyDocument } from '../principal-records.ts';
import { describeTags } from './descriptions.ts';
import { type EntityKind, noteParameters, requireEntity } from './entities.ts';
import { authorizeCreation, readTags } from './identity-tags.ts';
import { CLIENT_IDS_MAX, THUMBPRINTS_MAX } from './limits.ts';

const PROVIDER_ARN = /^arn:aws:iam::([0-9]{12}):oidc-provider\/[\u0021-\u007E]+$/;
const MEMBER = 'openIDConnectProviderArn';
const HTTPS = 'https://';
/** Issuers on this machine, for development: whether their tokens are read is the front's setting. */
const LOOPBACK_HOSTS: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** OpenID Connect providers. */
export const identityProviders: EntityKind<IdentityProviderRecord> = {
  title: 'OpenIDConnectProvider',
  word: 'identity-provider',
  noted: 'identityProvider',
  member: MEMBER,
  find(attempt, arn) {
    const record = attempt.view.identityProvider(arn);
    return record?.account === attempt.account ? record : undefined;
  },
  arnOf: (_attempt, arn) => arn,
  accountOf(_attempt, arn) {
    const account = PROVIDER_ARN.exec(arn)?.[1];
    if (account === undefined) throw new OperationError('InvalidInput', `Invalid ARN: ${arn}`);
    return account;
  },
  missing: (arn) => `OpenIDConnect Provider not found for arn ${arn}`,
  write: (attempt, record) => attempt.write(`identity-provider:${record.arn}`, record),
};

const createProvider: Operation = {
  name: 'CreateOpenIDConnectProvider',
  action: 'identity-provider.create',
  run(attempt, params) {
    const url = params.text('url');
    noteParameters(attempt, { url });
    const arn = `arn:aws:iam::${attempt.account}:oidc-provider/${nameOfIssuer(url)}`;
    const tags = readTags(params);
    noteParameters(attempt, { identityProvider: arn });
    authorizeCreation(attempt, 'OpenIDConnectProvider', arn, { tags });
    if (identityProviders.find(attempt, arn) !== undefined) {
      throw new OperationError('AlreadyExists', `Provider with url ${url} already exists.`);
    }
    const record: IdentityProviderRecord = {
      arn,
      account: attempt.account,
      url,
      clientIds: limitedClientIds([...new Set(params.texts('clientIDList'))]),
      thumbprints: readThumbprints(params),
      createdAtMs: attempt.nowMs,
      tags,
    };
    identityProviders.write(attempt, record);
    attempt.note.change = { after: { ...noteProvider(attempt, record), ...noteTags(attempt, tags) } };
    return { openIDConnectProviderArn: arn, tags: describeTags(tags) };
  },
};

/**
 * The ARN's name for an issuer: host and path, without a slash at the end. Letters of hosts are of one case.
 *
 * @throws OperationError `InvalidInput` for what is no issuer (OpenID Connect Core 1.0, section 2, "iss").
 */
function nameOfIssuer(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || !isIssuer(url, parsed)) {
    throw new OperationError('InvalidInput', 'Invalid Open ID Connect Provider URL');
  }
  return `${parsed.host}${parsed.pathname.replace(/\/$/, '')}`;
}

/**
 * The text is compared with what tokens say, so it must be what it is read as. Host and path are the prefix of condition
 * keys, which must not be that of a service: `https://aws` could say what `aws:…` is.
 */
function isIssuer(
  url: string,
  { hostname, href, password, pathname, port, protocol, username }: URL,
): boolean {
  if (username !== '' || password !== '' || /[?#]/.test(url)) return false;
  if (!hostname.includes('.') && port === '' && pathname === '/') return false;
  if (protocol !== 'https:' && !(protocol === 'http:' && LOOPBACK_HOSTS.has(hostname))) return false;
  return url === href || `${url}/` === href;
}

/** @throws OperationError `InvalidInput`. */
function readThumbprints(params: Params): readonly string[] {
  const thumbprints = params.texts('thumbprintList').map((thumbprint) => thumbprint.toLowerCase());
  if (thumbprints.length > THUMBPRINTS_MAX) {
    const message = `Thumbprint list must contain at most ${THUMBPRINTS_MAX} entries.`;
    throw new OperationError('InvalidInput', message);
  }
  if (thumbprints.every((thumbprint) => /^[0-9a-f]{40}$/.test(thumbprint))) return thumbprints;
  throw new OperationError('InvalidInput', 'Thumbprints must be 40 hexadecimal digits.');
}

/** @throws OperationError `LimitExceeded`. */
function limitedClientIds(clientIds: readonly string[]): readonly string[] {
  if (clientIds.length <= CLIENT_IDS_MAX) return clientIds;
  const message = `Cannot exceed quota for ClientIdsPerOpenIdConnectProvider: ${CLIENT_IDS_MAX}`;
  throw new OperationError('LimitExceeded', message);
}

/** A hundred client ids are more than an event should hold: then they are kept once by content. */
const NOTED_BYTES_MAX = 16_384;

function noteProvider(
  attempt: Attempt,
  { clientIds, thumbprints, url }: IdentityProviderRecord,
): EventParameters {
  const text = JSON.stringify(clientIds);
  if (Buffer.byteLength(text, 'utf8') <= NOTED_BYTES_MAX) return { clientIds, thumbprints, url };
  return { clientIdsSha256: writePolicyDocument(attempt, text), thumbprints, url };
}

const getProvider: Operation = {
  name: 'GetOpenIDConnectProvider',
  action: 'identity-provider.read',
  run(attempt, params) {
    const record = requireEntity(attempt, identityProviders, params.text(MEMBER), 'GetOpenIDConnectProvider');
    const { clientIds, createdAtMs, tags, thumbprints, url } = record;
    return {
      clientIDList: clientIds,
      createDate: createdAtMs,
      tags: describeTags(tags),
      thumbprintList: thumbprints,
      // As in AWS: without what all of them begin with.
      url: url.startsWith(HTTPS) ? url.slice(HTTPS.length) : url,
    };
  },
};

const deleteProvider: Operation = {
  name: 'DeleteOpenIDConnectProvider',
  action: 'identity-provider.delete',
  run(attempt, params) {
    const record = requireEntity(
      attempt,
      identityProviders,
      params.text(MEMBER),
      'DeleteOpenIDConnectProvider',
    );
    attempt.write(`identity-provider:${record.arn}`, null);
    attempt.note.change = { before: noteProvider(attempt, record) };
    return {};
  },
};

const listProviders: Operation = {
  name: 'ListOpenIDConnectProviders',
  action: 'identity-provider.list',
  run(attempt) {
    attempt.authorize({ permission: 'iam:ListOpenIDConnectProviders', resource: '*' });
    const arns = [...attempt.view.peek.identityProviders.values()]
      .filter(({ account }) => account === attempt.account)
      .map(({ arn }) => arn);
    return { openIDConnectProviderList: arns.sort().map((arn) => ({ arn })) };
  },
};

const addClientId = changeOperation('AddClientIDToOpenIDConnectProvider', 'add-client', (record, params) => ({
  ...record,
  clientIds: limitedClientIds([...new Set([...record.clientIds, params.text('clientID')])]),
}));

const removeClientId = changeOperation(
  'RemoveClientIDFromOpenIDConnectProvider',
  'remove-client',
  (record, params) => ({
    ...record,
    clientIds: record.clientIds.filter((clientId) => clientId !== params.text('clientID')),
  }),
);

const updateThumbprints = changeOperation(
  'UpdateOpenIDConnectProviderThumbprint',
  'update-thumbprints',
  (record, params) => ({ ...record, thumbprints: readThumbprints(params) }),
);

function changeOperation(
  name: string,
  act: string,
  changed: (record: IdentityProviderRecord, params: Params) => IdentityProviderRecord,
): Operation {
  return {
    name,
    action: `${identityProviders.word}.${act}`,
    run(attempt: Attempt, params: Params) {
      const before = requireEntity(attempt, identityProviders, params.text(MEMBER), name);
      const after = changed(before, params);
      identityProviders.write(attempt, after);
      attempt.note.change = { before: noteProvider(attempt, before), after: noteProvider(attempt, after) };
      return {};
    },
  };
}

/** The operations on identity providers. */
export const identityProviderOperations: readonly Operation[] = [
  createProvider,
  getProvider,
  deleteProvider,
  listProviders,
  addClientId,
  removeClientId,
  updateThumbprints,
];
