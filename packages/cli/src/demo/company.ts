/** What an identity of the company may be used for: IAM actions on keys. */
export type Operation =
  | 'Decrypt'
  | 'Encrypt'
  | 'GenerateDataKey'
  | 'GenerateMac'
  | 'VerifyMac'
  | 'Sign'
  | 'Verify'
  | 'DescribeKey'
  | 'GetKeyPolicy'
  | 'ListKeys';

/** A key of the company. */
export interface CompanyKey {
  /** Its alias, without `alias/demo/`. */
  readonly name: string;
  readonly description: string;
  readonly spec?: string;
  readonly usage?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** Something that an identity does over and over. */
export interface Habit {
  readonly operation: Operation;
  readonly key: string;
  /** How often it is done, relative to the other habits of the same identity. */
  readonly weight: number;
  /** What the encryption context names, besides the customer or whatever stands for it. */
  readonly asset?: 'customer' | 'employee' | 'card' | 'archive' | 'release';
}

/** A program or a person. */
export interface Identity {
  readonly name: string;
  readonly type: 'service' | 'user';
  readonly userAgent: string;
  /** Where it comes from, when a proxy says so. */
  readonly addresses: readonly string[];
  /** When it works: `always`, on workdays by day, or in the night. */
  readonly hours: 'always' | 'office' | 'night';
  /** Acts an hour while it works, relative to the others. */
  readonly perHour: number;
  readonly habits: readonly Habit[];
  /** What it tries without being permitted to, and how often: a probability for each of its acts. */
  readonly mistakes?: { readonly probability: number; readonly habits: readonly Habit[] };
}

/** What aliases of the company's keys begin with. */
export const aliasPrefix = 'alias/demo/';

const files = { owner: 'files', class: 'confidential' };

/** The keys. The last two are there so that something needs attention. */
export const companyKeys: readonly CompanyKey[] = [
  { name: 'customer-files', description: 'Files that customers upload', tags: files },
  { name: 'payment-cards', description: 'Card data', tags: { owner: 'payments', class: 'pci' } },
  { name: 'personnel-records', description: 'Personnel records', tags: { owner: 'people', class: 'secret' } },
  { name: 'backups', description: 'Nightly backups', tags: { owner: 'platform', class: 'confidential' } },
  {
    name: 'release-signing',
    description: 'Signatures of releases',
    spec: 'ECC_NIST_P256',
    usage: 'SIGN_VERIFY',
    tags: { owner: 'build', class: 'integrity' },
  },
  {
    name: 'login-tokens',
    description: 'Tokens of the login service',
    spec: 'HMAC_256',
    usage: 'GENERATE_VERIFY_MAC',
    tags: { owner: 'login', class: 'integrity' },
  },
  {
    name: 'old-exports',
    description: 'Exports of the former portal',
    tags: { owner: 'files', class: 'old' },
  },
  { name: 'spare', description: 'Made for a project that was given up', tags: { owner: 'platform' } },
];

const js = 'aws-sdk-js/3.1164.0 ua/2.1 os/linux lang/js md/nodejs#24.4.0 api/kms#3.1164.0';
const python = 'Boto3/1.42.9 md/Botocore#1.42.9 ua/2.1 os/linux lang/python#3.13.1';
const java = 'aws-sdk-java/2.42.1 md/io#sync os/Linux lang/java#21.0.9';
const go = 'aws-sdk-go-v2/1.41.0 ua/2.1 os/linux lang/go#1.25.4 api/kms#1.49.0';
const cli = 'aws-cli/2.33.2 md/awscrt#0.31.0 os/linux exec-env/shell lang/python#3.13.9';

/** Programs and people. */
export const identities: readonly Identity[] = [
  {
    name: 'files-api',
    type: 'service',
    userAgent: js,
    addresses: ['10.20.1.11', '10.20.1.12', '10.20.1.13'],
    hours: 'always',
    perHour: 34,
    habits: [
      { operation: 'Decrypt', key: 'customer-files', weight: 6, asset: 'customer' },
      { operation: 'GenerateDataKey', key: 'customer-files', weight: 3, asset: 'customer' },
      { operation: 'Encrypt', key: 'customer-files', weight: 1, asset: 'customer' },
    ],
  },
  {
    name: 'payments-api',
    type: 'service',
    userAgent: java,
    addresses: ['10.20.2.21', '10.20.2.22'],
    hours: 'always',
    perHour: 22,
    habits: [
      { operation: 'Decrypt', key: 'payment-cards', weight: 5, asset: 'card' },
      { operation: 'Encrypt', key: 'payment-cards', weight: 2, asset: 'card' },
    ],
  },
  {
    name: 'login',
    type: 'service',
    userAgent: go,
    addresses: ['10.20.3.31'],
    hours: 'always',
    perHour: 18,
    habits: [
      { operation: 'GenerateMac', key: 'login-tokens', weight: 1 },
      { operation: 'VerifyMac', key: 'login-tokens', weight: 3 },
    ],
  },
  {
    name: 'people-portal',
    type: 'service',
    userAgent: python,
    addresses: ['10.20.4.41'],
    hours: 'office',
    perHour: 9,
    habits: [
      { operation: 'Decrypt', key: 'personnel-records', weight: 4, asset: 'employee' },
      { operation: 'Encrypt', key: 'personnel-records', weight: 1, asset: 'employee' },
    ],
  },
  {
    name: 'reports',
    type: 'service',
    userAgent: python,
    addresses: ['10.20.5.51'],
    hours: 'always',
    perHour: 4,
    habits: [{ operation: 'Decrypt', key: 'customer-files', weight: 1, asset: 'customer' }],
    mistakes: {
      probability: 0.03,
      habits: [{ operation: 'Decrypt', key: 'payment-cards', weight: 1, asset: 'card' }],
    },
  },
  {
    name: 'backup-job',
    type: 'service',
    userAgent: go,
    addresses: ['10.20.6.61'],
    hours: 'night',
    perHour: 30,
    habits: [{ operation: 'GenerateDataKey', key: 'backups', weight: 1, asset: 'archive' }],
  },
  {
    name: 'release-job',
    type: 'service',
    userAgent: go,
    addresses: ['10.20.7.71'],
    hours: 'office',
    perHour: 2,
    habits: [
      { operation: 'Sign', key: 'release-signing', weight: 1, asset: 'release' },
      { operation: 'Verify', key: 'release-signing', weight: 2, asset: 'release' },
    ],
  },
  {
    name: 'support-desk',
    type: 'user',
    userAgent: cli,
    addresses: ['198.51.100.24', '198.51.100.25'],
    hours: 'office',
    perHour: 3,
    habits: [{ operation: 'Decrypt', key: 'customer-files', weight: 1, asset: 'customer' }],
    mistakes: {
      probability: 0.08,
      habits: [
        { operation: 'Decrypt', key: 'personnel-records', weight: 2, asset: 'employee' },
        { operation: 'GetKeyPolicy', key: 'payment-cards', weight: 1 },
      ],
    },
  },
  {
    name: 'platform-engineer',
    type: 'user',
    userAgent: cli,
    addresses: ['198.51.100.40'],
    hours: 'office',
    perHour: 2,
    habits: [
      { operation: 'DescribeKey', key: 'backups', weight: 2 },
      { operation: 'ListKeys', key: 'backups', weight: 1 },
    ],
    mistakes: {
      probability: 0.04,
      habits: [{ operation: 'Decrypt', key: 'backups', weight: 1, asset: 'archive' }],
    },
  },
  {
    name: 'former-contractor',
    type: 'user',
    userAgent: cli,
    addresses: ['203.0.113.77'],
    hours: 'office',
    perHour: 0,
    habits: [{ operation: 'DescribeKey', key: 'spare', weight: 1 }],
  },
];

/** The policy of an identity: its habits, and nothing else (least privilege). `arns` are those of keys by name. */
export function policyOf(identity: Identity, arns: ReadonlyMap<string, string>): string {
  const statements = companyKeys.flatMap(({ name }) => {
    const operations = identity.habits
      .filter(({ key, operation }) => key === name && operation !== 'ListKeys')
      .map(({ operation }) => `kms:${operation}`);
    const resource = arns.get(name);
    if (operations.length === 0 || resource === undefined) return [];
    return [{ Sid: sidOf(name), Effect: 'Allow', Action: [...new Set(operations)], Resource: resource }];
  });
  const lists = identity.habits.some(({ operation }) => operation === 'ListKeys')
    ? [{ Sid: 'Inventory', Effect: 'Allow', Action: ['kms:ListKeys', 'kms:ListAliases'], Resource: '*' }]
    : [];
  return JSON.stringify({ Version: '2012-10-17', Statement: [...statements, ...lists] });
}

function sidOf(name: string): string {
  return name.replaceAll(/(?:^|-)([a-z])/g, (_whole, letter: string) => letter.toUpperCase());
}
