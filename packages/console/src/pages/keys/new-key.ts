import type { KeySpec, KeyUsageType } from '@aws-sdk/client-kms';
import { commandLine, option } from '../../formats/index.ts';

/** A spec of keys, and what keys of it can be used for. */
interface Spec {
  readonly value: KeySpec;
  readonly label: string;
  readonly usages: readonly KeyUsageType[];
}

function alike(values: readonly KeySpec[], usages: readonly KeyUsageType[], about?: string): readonly Spec[] {
  return values.map((value) => ({
    value,
    label: about === undefined ? value : `${value} (${about})`,
    usages,
  }));
}

/** Specs that can be made, the usual one first. */
export const specs: readonly Spec[] = [
  ...alike(['SYMMETRIC_DEFAULT'], ['ENCRYPT_DECRYPT']),
  ...alike(['HMAC_224', 'HMAC_256', 'HMAC_384', 'HMAC_512'], ['GENERATE_VERIFY_MAC']),
  ...alike(['RSA_2048', 'RSA_3072', 'RSA_4096'], ['ENCRYPT_DECRYPT', 'SIGN_VERIFY']),
  ...alike(['ECC_NIST_P256', 'ECC_NIST_P384', 'ECC_NIST_P521'], ['SIGN_VERIFY', 'KEY_AGREEMENT']),
  ...alike(['ECC_SECG_P256K1', 'ECC_NIST_EDWARDS25519'], ['SIGN_VERIFY']),
  ...alike(['ML_DSA_44', 'ML_DSA_65', 'ML_DSA_87'], ['SIGN_VERIFY'], 'post-quantum'),
  ...alike(['ML_KEM_512', 'ML_KEM_768', 'ML_KEM_1024'], ['ENCAPSULATE_DECAPSULATE'], 'post-quantum'),
];

/** What somebody asks for who makes a key. */
export interface NewKey {
  readonly alias: string;
  readonly description: string;
  readonly spec: KeySpec;
  readonly usage: KeyUsageType;
  /** Lines `name=value`. */
  readonly tags: string;
  readonly isMultiRegion: boolean;
}

/** The form before anything is filled in. */
export const emptyKey: NewKey = {
  alias: '',
  description: '',
  spec: 'SYMMETRIC_DEFAULT',
  usage: 'ENCRYPT_DECRYPT',
  tags: '',
  isMultiRegion: false,
};

/** What keys of a spec can be used for; the first one unless it is chosen. */
export function usagesOf(spec: KeySpec): readonly KeyUsageType[] {
  return specs.find(({ value }) => value === spec)?.usages ?? [];
}

/** An alias with its prefix; `undefined` when none was given. */
export function aliasOf(text: string): string | undefined {
  const name = text.trim();
  if (name === '') return undefined;
  return name.startsWith('alias/') ? name : `alias/${name}`;
}

/** What is wrong with an alias, if anything is. */
export function aliasFault(text: string): string | undefined {
  const alias = aliasOf(text);
  if (alias === undefined) return undefined;
  if (!/^alias\/[\w/-]{1,250}$/.test(alias)) return 'Letters, digits, and the signs / _ and -.';
  return alias.startsWith('alias/aws/') ? 'Names that begin with aws/ are taken.' : undefined;
}

/** Tags from lines `name=value`; `undefined` when a line is none. */
export function tagsOf(
  text: string,
): readonly { readonly TagKey: string; readonly TagValue: string }[] | undefined {
  const lines = text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const tags = lines.map((line) => {
    const [, name = '', value = ''] = /^([^=]+)=(.*)$/.exec(line) ?? [];
    return { TagKey: name.trim(), TagValue: value.trim() };
  });
  return tags.some(({ TagKey }) => TagKey === '') ? undefined : tags;
}

/** How the command line makes the same key. */
export function createLines(key: NewKey): readonly { readonly label: string; readonly line: string }[] {
  const alias = aliasOf(key.alias);
  const tags = (tagsOf(key.tags) ?? []).map(
    ({ TagKey, TagValue }) => `TagKey=${TagKey},TagValue=${TagValue}`,
  );
  const create = commandLine(
    'aws',
    'kms',
    'create-key',
    ...option('--description', key.description.trim()),
    ...option('--key-spec', key.spec === emptyKey.spec ? undefined : key.spec),
    ...option('--key-usage', key.usage === emptyKey.usage ? undefined : key.usage),
    ...(tags.length === 0 ? [] : ['--tags', ...tags]),
    ...(key.isMultiRegion ? ['--multi-region'] : []),
  );
  return [
    { label: 'Create the key', line: create },
    ...(alias === undefined
      ? []
      : [
          {
            label: 'Name it',
            line: commandLine(
              'aws',
              'kms',
              'create-alias',
              '--alias-name',
              alias,
              '--target-key-id',
              'KEY_ID',
            ),
          },
        ]),
  ];
}
