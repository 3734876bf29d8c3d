import type { ApiClient } from '@keywitness/api';
import { Failure } from '../failure.ts';
import { aliasPrefix, type CompanyKey, companyKeys, identities, type Identity, policyOf } from './company.ts';
import { type AccessKey, type KmsAnswer, type KmsCaller, membersIn, textOf } from './kms-caller.ts';

/** The company at the service: who acts for it, and its keys. */
export interface FoundedCompany {
  /** Access keys by the names of identities. */
  readonly accessKeys: ReadonlyMap<string, AccessKey>;
  /** ARNs of keys by their names. */
  readonly keyArns: ReadonlyMap<string, string>;
}

const aliasPage = 100;

/**
 * Makes the keys and identities of the company, those that are there already excepted. Each identity gets a new access
 * key, and those that it had are deleted, because nothing can tell their secrets.
 *
 * @throws Failure, ApiError what the service refuses
 */
export async function foundCompany(client: ApiClient, kms: KmsCaller): Promise<FoundedCompany> {
  const keyArns = await foundKeys(kms);
  const accessKeys = new Map<string, AccessKey>();
  const stale = await Array.fromAsync(client.listCredentials());
  const known = new Set((await Array.fromAsync(client.listPrincipals())).map(({ name }) => name));
  for (const identity of identities) {
    const policy = policyOf(identity, keyArns);
    const { name, type } = identity;
    if (known.has(name)) await client.putPrincipalPolicy(name, 'default', policy);
    else await client.createPrincipal({ name, type, policy });
    for (const { accessKeyId } of stale.filter((each) => isOf(each.principalArn, identity))) {
      await client.deleteCredential(accessKeyId);
    }
    const { accessKeyId, secretAccessKey } = await client.createCredential(name);
    accessKeys.set(name, { accessKeyId, secretAccessKey });
  }
  return { accessKeys, keyArns };
}

function isOf(principalArn: string, { name }: Identity): boolean {
  return principalArn.endsWith(`/${name}`);
}

async function foundKeys(kms: KmsCaller): Promise<ReadonlyMap<string, string>> {
  const known = await targets(kms);
  const arns = new Map<string, string>();
  for (const key of companyKeys) {
    const target = known.get(`${aliasPrefix}${key.name}`);
    arns.set(key.name, target === undefined ? await createKey(kms, key) : await arnOf(kms, target));
  }
  return arns;
}

/** Ids of keys by their aliases. */
async function targets(kms: KmsCaller): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  let marker: string | undefined;
  do {
    const page = await must(
      kms.call('ListAliases', { Limit: aliasPage, ...(marker === undefined ? {} : { Marker: marker }) }),
    );
    const aliases = page['Aliases'];
    for (const alias of Array.isArray(aliases) ? aliases : []) {
      const members = membersIn({ alias }, 'alias');
      found.set(textOf(members, 'AliasName') ?? '', textOf(members, 'TargetKeyId') ?? '');
    }
    marker = textOf(page, 'NextMarker');
  } while (marker !== undefined);
  return found;
}

async function createKey(
  kms: KmsCaller,
  { name, description, spec, tags, usage }: CompanyKey,
): Promise<string> {
  const created = await must(
    kms.call('CreateKey', {
      Description: description,
      Tags: Object.entries(tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
      ...(spec === undefined ? {} : { KeySpec: spec }),
      ...(usage === undefined ? {} : { KeyUsage: usage }),
    }),
  );
  const arn = textOf(membersIn(created, 'KeyMetadata'), 'Arn') ?? '';
  await must(kms.call('CreateAlias', { AliasName: `${aliasPrefix}${name}`, TargetKeyId: arn }));
  return arn;
}

async function arnOf(kms: KmsCaller, id: string): Promise<string> {
  const described = await must(kms.call('DescribeKey', { KeyId: id }));
  return textOf(membersIn(described, 'KeyMetadata'), 'Arn') ?? '';
}

/** The members of an answer that must be good. @throws Failure */
async function must(answering: Promise<KmsAnswer>): Promise<KmsAnswer['members']> {
  const { error, members, message, ok } = await answering;
  if (!ok) throw new Failure('refused', `${message ?? ''} (${error ?? ''})`);
  return members;
}
