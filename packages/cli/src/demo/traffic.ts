import type { ApiClient } from '@keywitness/api';
import type { Chance } from './chance.ts';
import { foundCompany, type FoundedCompany } from './found-company.ts';
import { type AccessKey, type KmsAnswer, type KmsCaller, kmsCaller, textOf } from './kms-caller.ts';
import type { Intent } from './schedule.ts';

/** Somebody who makes a company's traffic at a service. */
export interface Traffic {
  /** Does what was intended; `undefined` when there is nothing yet that it could be done with. */
  act(intent: Intent): Promise<KmsAnswer | undefined>;
  readonly company: FoundedCompany;
  /** Who administers keys. */
  readonly administrator: KmsCaller;
  readonly callerOf: (name: string) => KmsCaller;
  /** Ciphertexts and what they are bound to, of a key by name. */
  readonly sealed: ReadonlyMap<string, readonly Sealed[]>;
}

/** What was encrypted under a key. */
export interface Sealed {
  readonly ciphertext: string;
  readonly context: Readonly<Record<string, string>>;
}

/** Where the service is and who may found a company there. */
export interface TrafficOptions {
  readonly client: ApiClient;
  readonly endpoint: string;
  readonly region: string;
  readonly accessKey: AccessKey;
  readonly chance: Chance;
  /** Requests say where they come from, for a service that trusts this machine as a proxy. */
  readonly isForwarding: boolean;
}

const sealedMax = 400;
const message = Buffer.from('what is signed').toString('base64');
const plaintext = Buffer.from('what is kept').toString('base64');

/** Founds the company and answers who acts for it. @throws Failure, ApiError */
export async function startTraffic(options: TrafficOptions): Promise<Traffic> {
  const { accessKey, chance, client, endpoint, isForwarding, region } = options;
  const administrator = kmsCaller(endpoint, region, accessKey);
  const company = await foundCompany(client, administrator);
  const callers = new Map(
    [...company.accessKeys].map(([name, key]) => [name, kmsCaller(endpoint, region, key)] as const),
  );
  const callerOf = (name: string): KmsCaller => callers.get(name) ?? administrator;
  const sealed = new Map<string, Sealed[]>();
  const outputs = new Map<string, string>();
  await sealSome(administrator, company, sealed);
  return {
    company,
    administrator,
    callerOf,
    sealed,
    async act({ address, context, fault, habit, identity }) {
      const { key, operation } = habit;
      const arn = company.keyArns.get(key);
      const kept = pick(chance, sealed.get(key));
      const members = membersOf(operation, {
        arn,
        context,
        kept: fault === 'wrong-context' ? spoiled(kept) : kept,
        output: outputs.get(key),
      });
      if (members === undefined) return undefined;
      const answer = await callerOf(identity.name).call(operation, members, {
        userAgent: identity.userAgent,
        isForged: fault === 'wrong-secret',
        ...(isForwarding ? { address } : {}),
      });
      if (answer.ok) keep(answer, { context, key, outputs, sealed });
      return answer;
    },
  };
}

interface Given {
  readonly arn: string | undefined;
  readonly context: Intent['context'];
  readonly kept: Sealed | undefined;
  /** A MAC or signature of the key. */
  readonly output: string | undefined;
}

/** The members of a request. */
function membersOf(
  operation: Intent['habit']['operation'],
  { arn, context, kept, output }: Given,
): object | undefined {
  switch (operation) {
    case 'Decrypt':
      return (
        kept && {
          KeyId: arn,
          CiphertextBlob: kept.ciphertext,
          EncryptionContext: kept.context,
        }
      );
    case 'Encrypt':
      return { KeyId: arn, Plaintext: plaintext, EncryptionContext: context };
    case 'GenerateDataKey':
      return { KeyId: arn, KeySpec: 'AES_256', EncryptionContext: context };
    case 'GenerateMac':
      return { KeyId: arn, Message: message, MacAlgorithm: 'HMAC_SHA_256' };
    case 'VerifyMac':
      return output === undefined
        ? undefined
        : { KeyId: arn, Message: message, MacAlgorithm: 'HMAC_SHA_256', Mac: output };
    case 'Sign':
      return { KeyId: arn, Message: message, SigningAlgorithm: 'ECDSA_SHA_256' };
    case 'Verify':
      return output === undefined
        ? undefined
        : { KeyId: arn, Message: message, SigningAlgorithm: 'ECDSA_SHA_256', Signature: output };
    case 'ListKeys':
      return {};
    case 'DescribeKey':
    case 'GetKeyPolicy':
      return { KeyId: arn };
  }
}

function pick(chance: Chance, sealed: readonly Sealed[] | undefined): Sealed | undefined {
  return sealed === undefined || sealed.length === 0 ? undefined : chance.of(sealed);
}

/** A ciphertext that is asked for under another name than it was made for. */
function spoiled(kept: Sealed | undefined): Sealed | undefined {
  return kept && { ...kept, context: { ...kept.context, customer: 'unknown' } };
}

interface Keeping {
  readonly key: string;
  readonly context: Intent['context'];
  readonly sealed: Map<string, Sealed[]>;
  readonly outputs: Map<string, string>;
}

/** Keeps what later requests need. */
function keep({ members }: KmsAnswer, { context, key, outputs, sealed }: Keeping): void {
  const output = textOf(members, 'Mac') ?? textOf(members, 'Signature');
  if (output !== undefined) outputs.set(key, output);
  const ciphertext = textOf(members, 'CiphertextBlob');
  if (ciphertext === undefined) return;
  const list = sealed.get(key) ?? [];
  list.push({ ciphertext, context });
  if (list.length > sealedMax) list.shift();
  sealed.set(key, list);
}

/** So that there is something to read before anybody has written. */
async function sealSome(
  administrator: KmsCaller,
  { keyArns }: FoundedCompany,
  sealed: Map<string, Sealed[]>,
): Promise<void> {
  const first: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    'customer-files': { customer: '4711', purpose: 'contract' },
    'payment-cards': { customer: '4711', card: 'on-file' },
    'personnel-records': { employee: 'E4001', purpose: 'contract' },
    backups: { archive: 'orders' },
    'old-exports': { customer: '4711', export: 'portal' },
  };
  for (const [key, context] of Object.entries(first)) {
    const { members, ok } = await administrator.call('Encrypt', {
      KeyId: keyArns.get(key),
      Plaintext: plaintext,
      EncryptionContext: context,
    });
    // A key that a story has taken out of use has nothing to read.
    const ciphertext = ok ? textOf(members, 'CiphertextBlob') : undefined;
    if (ciphertext !== undefined) sealed.set(key, [{ ciphertext, context }]);
  }
}
