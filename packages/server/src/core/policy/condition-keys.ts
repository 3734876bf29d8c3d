import { KEY_USE } from './known-actions.ts';

/** What is known of a condition key. */
export interface KnownConditionKey {
  /** In lower case. One that ends in `:` or `/` stands for all keys that begin with it. */
  readonly name: string;
  /** Requests that are made here can have it. */
  readonly provided: boolean;
  /** The actions of KMS that it goes with; absent when it goes with every action, or is none of KMS. */
  readonly actions?: readonly string[];
}

const WITH_CONTEXT = [...KEY_USE.slice(0, 8), 'kms:creategrant', 'kms:retiregrant'];
const SIGNING = ['kms:sign', 'kms:verify'];
const MAC = ['kms:generatemac', 'kms:verifymac'];
const PAIRS = ['kms:generatedatakeypair', 'kms:generatedatakeypairwithoutplaintext'];
const GRANTS = ['kms:creategrant', 'kms:listgrants', 'kms:revokegrant'];
const IMPORT = ['kms:importkeymaterial'];
const IMPORT_PARAMETERS = ['kms:getparametersforimport'];

/** Keys that requests here can have, as `spec/policy.md` lists them. */
const PROVIDED: Readonly<Record<string, readonly string[] | undefined>> = {
  'aws:currenttime': undefined,
  'aws:epochtime': undefined,
  'aws:federatedprovider': undefined,
  'aws:multifactorauthage': undefined,
  'aws:multifactorauthpresent': undefined,
  'aws:principalaccount': undefined,
  'aws:principalarn': undefined,
  'aws:principalisawsservice': undefined,
  'aws:principalorgid': undefined,
  'aws:principaltag/': undefined,
  'aws:principaltype': undefined,
  'aws:requestedregion': undefined,
  'aws:requesttag/': ['kms:createkey', 'kms:tagresource'],
  'aws:resourceaccount': undefined,
  'aws:resourceorgid': undefined,
  'aws:resourcetag/': undefined,
  'aws:securetransport': undefined,
  'aws:sourceidentity': undefined,
  'aws:sourceip': undefined,
  'aws:tagkeys': ['kms:createkey', 'kms:tagresource', 'kms:untagresource'],
  'aws:tokenissuetime': undefined,
  'aws:useragent': undefined,
  'aws:userid': undefined,
  'aws:username': undefined,
  'aws:viaawsservice': undefined,
  'iam:permissionsboundary': [],
  'iam:policyarn': [],
  'iam:resourcetag/': [],
  'keywitness:approvalpresent': undefined,
  'keywitness:dayofweek/': undefined,
  'keywitness:hourofday/': undefined,
  'keywitness:justification': undefined,
  'kms:bypasspolicylockoutsafetycheck': ['kms:createkey', 'kms:putkeypolicy', 'kms:replicatekey'],
  'kms:calleraccount': undefined,
  'kms:customermasterkeyspec': undefined,
  'kms:customermasterkeyusage': undefined,
  'kms:datakeypairspec': PAIRS,
  'kms:encryptionalgorithm': KEY_USE.slice(0, 8),
  'kms:encryptioncontext:': WITH_CONTEXT,
  'kms:encryptioncontextkeys': WITH_CONTEXT,
  'kms:expirationmodel': IMPORT,
  'kms:grantconstraintsourcearn': ['kms:creategrant'],
  'kms:grantconstrainttype': ['kms:creategrant', 'kms:retiregrant'],
  'kms:granteeprincipal': ['kms:creategrant'],
  'kms:granteeserviceprincipal': ['kms:creategrant'],
  'kms:grantisforawsresource': GRANTS,
  'kms:grantoperations': ['kms:creategrant'],
  'kms:keyagreementalgorithm': ['kms:derivesharedsecret'],
  'kms:keyorigin': undefined,
  'kms:keyspec': undefined,
  'kms:keyusage': undefined,
  'kms:macalgorithm': MAC,
  'kms:messagetype': SIGNING,
  'kms:multiregion': undefined,
  'kms:multiregionkeytype': undefined,
  'kms:primaryregion': ['kms:updateprimaryregion'],
  'kms:reencryptonsamekey': ['kms:reencryptfrom', 'kms:reencryptto'],
  'kms:replicaregion': ['kms:replicatekey'],
  'kms:requestalias': undefined,
  'kms:resourcealiases': undefined,
  'kms:retiringprincipal': ['kms:creategrant'],
  'kms:retiringserviceprincipal': ['kms:creategrant'],
  'kms:rotationperiodindays': ['kms:enablekeyrotation'],
  'kms:signingalgorithm': SIGNING,
  'kms:schedulekeydeletionpendingwindowindays': ['kms:schedulekeydeletion'],
  'kms:trailingdayswithoutkeyusage': ['kms:disablekey', 'kms:schedulekeydeletion'],
  'kms:validto': IMPORT,
  'kms:wrappingalgorithm': IMPORT_PARAMETERS,
  'kms:wrappingkeyspec': IMPORT_PARAMETERS,
  'sts:externalid': [],
  'sts:rolesessionname': [],
  'sts:sourceidentity': [],
  'sts:transitivetagkeys': [],
};

/** Keys that AWS documents and no request here has. */
const ABSENT: Readonly<Record<string, readonly string[] | undefined>> = {
  'aws:calledvia': undefined,
  'aws:calledviafirst': undefined,
  'aws:calledvialast': undefined,
  'aws:ec2instancesourceprivateipv4': undefined,
  'aws:ec2instancesourcevpc': undefined,
  'aws:principalorgpaths': undefined,
  'aws:principalservicename': undefined,
  'aws:principalservicenameslist': undefined,
  'aws:referer': undefined,
  'aws:resourceorgpaths': undefined,
  'aws:sourceaccount': undefined,
  'aws:sourcearn': undefined,
  'aws:sourceorgid': undefined,
  'aws:sourceorgpaths': undefined,
  'aws:sourcevpc': undefined,
  'aws:sourcevpce': undefined,
  'aws:vpcsourceip': undefined,
  'kms:recipientattestation:': undefined,
  'kms:viaservice': undefined,
};

/** All keys of AWS that are known, and our own. Those of identity providers begin with the provider's address. */
export const KNOWN_CONDITION_KEYS: readonly KnownConditionKey[] = [
  ...entriesOf(PROVIDED, true),
  ...entriesOf(ABSENT, false),
];

const EXACT: ReadonlyMap<string, KnownConditionKey> = new Map(
  KNOWN_CONDITION_KEYS.map((known) => [known.name, known]),
);
const PREFIXES = KNOWN_CONDITION_KEYS.filter(({ name }) => /[:/]$/.test(name));
/** The address of an identity provider: a host with a dot, a port or a path. */
const OF_PROVIDER = /^[a-z0-9-]+([./]|:[0-9]).*:[a-z_]+$/;

/** What is known of a condition key; `undefined` for one that neither AWS documents nor a provider can answer. */
export function knownConditionKey(key: string): KnownConditionKey | undefined {
  const name = key.toLowerCase();
  const known = EXACT.get(name) ?? PREFIXES.find((prefix) => name.startsWith(prefix.name));
  if (known !== undefined) return known;
  return OF_PROVIDER.test(name) ? { name, provided: true } : undefined;
}

function entriesOf(
  keys: Readonly<Record<string, readonly string[] | undefined>>,
  provided: boolean,
): readonly KnownConditionKey[] {
  return Object.entries(keys).map(([name, actions]) =>
    actions === undefined ? { name, provided } : { name, provided, actions },
  );
}
