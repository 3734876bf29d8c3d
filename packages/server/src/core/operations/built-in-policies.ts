import type { ManagedPolicyRecord } from '../identity/index.ts';
import { type StoredPolicy, storedPolicy } from './principal.ts';

/** Where the policies live that come with the service; the account of AWS's own managed policies. */
const PREFIX = 'arn:aws:iam::aws:policy/keywitness/';

/** Everything that uses a key's material, or lets others use it. */
export const CRYPTOGRAPHY: readonly string[] = [
  'kms:Decrypt',
  'kms:Derive*',
  'kms:Decapsulate',
  'kms:Encapsulate',
  'kms:Encrypt',
  'kms:GenerateDataKey*',
  'kms:GenerateMac',
  'kms:ReEncrypt*',
  'kms:Sign',
  'kms:Verify*',
];

const READ_KEYS: readonly string[] = [
  'keywitness:ListKeySummaries',
  'kms:DescribeKey',
  'kms:GetKeyLastUsage',
  'kms:GetKeyPolicy',
  'kms:GetKeyRotationStatus',
  'kms:List*',
];
const READ_IDENTITIES: readonly string[] = [
  'iam:Generate*',
  'iam:Get*',
  'iam:List*',
  'iam:Simulate*',
  'keywitness:AnalyzeAccess',
  'keywitness:GetAccount',
  'keywitness:GetOrganization',
  'keywitness:GetPrincipal',
  'keywitness:ListAccounts',
  'keywitness:ListCertificates',
  'keywitness:ListCredentials',
  'keywitness:ListPrincipals',
  'sts:GetAccessKeyInfo',
];
const READ_SERVICE: readonly string[] = ['keywitness:GetSettings', 'keywitness:GetStatus'];
const READ_CHANNELS: readonly string[] = [
  'keywitness:GetChannel',
  'keywitness:ListChannels',
  'keywitness:ListDeadLetters',
];
const CONFIGURE_CHANNELS: readonly string[] = [
  'keywitness:DeleteChannel',
  'keywitness:DisableChannel',
  'keywitness:EnableChannel',
  'keywitness:PutChannel',
  'keywitness:ReplayDeadLetters',
  'keywitness:TestChannel',
];
const READ_RECORD: readonly string[] = [
  'cloudtrail:DescribeTrails',
  'cloudtrail:GetEventSelectors',
  'cloudtrail:GetTrail',
  'cloudtrail:GetTrailStatus',
  'cloudtrail:ListPublicKeys',
  'cloudtrail:ListTrails',
  'cloudtrail:LookupEvents',
  'keywitness:ExplainEvent',
  'keywitness:ExportEvidence',
  'keywitness:GetAnswer',
  'keywitness:GetAssetAccess',
  'keywitness:GetDocument',
  'keywitness:GetEvent',
  'keywitness:GetEventHistogram',
  'keywitness:GetEventProof',
  'keywitness:GetKeyConsequences',
  'keywitness:GetPrincipalConsequences',
  'keywitness:ListEvents',
  'keywitness:ReadLog',
  'keywitness:ReplayEvents',
  'keywitness:SuggestEvents',
  'keywitness:SummarizeEvents',
  'keywitness:TailEvents',
  's3:GetBucketLocation',
  's3:GetObject',
  's3:ListBucket',
];

const READ_DETECTION: readonly string[] = [
  'keywitness:BacktestRule',
  'keywitness:GetIncident',
  'keywitness:GetRule',
  'keywitness:ListIncidents',
  'keywitness:ListRules',
  'keywitness:ListSuppressions',
];

const CHANGE_DETECTION: readonly string[] = [
  'keywitness:CreateSuppression',
  'keywitness:DeleteRule',
  'keywitness:DeleteSuppression',
  'keywitness:DisableRule',
  'keywitness:EnableRule',
  'keywitness:PutRule',
];
const READ_RESPONSE: readonly string[] = [
  'keywitness:GetPlaybook',
  'keywitness:GetRemediation',
  'keywitness:GetResponseSettings',
  'keywitness:ListFunctions',
  'keywitness:ListPlaybooks',
  'keywitness:ListQuarantines',
  'keywitness:ListRemediations',
];
const CONFIGURE_RESPONSE: readonly string[] = [
  'keywitness:DeleteFunction',
  'keywitness:DeletePlaybook',
  'keywitness:DisablePlaybook',
  'keywitness:EnablePlaybook',
  'keywitness:PutFunction',
  'keywitness:PutPlaybook',
  'keywitness:PutResponseSettings',
];
const RESPOND: readonly string[] = [
  'keywitness:ApproveRemediation',
  'keywitness:QuarantinePrincipal',
  'keywitness:RefuseRemediation',
  'keywitness:ReleasePrincipal',
  'keywitness:RunRemediation',
  'keywitness:UndoRemediation',
];

interface StatementText {
  readonly Sid: string;
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: readonly string[];
  readonly NotAction?: readonly string[];
  readonly Resource: '*';
}

const allow = (sid: string, actions: readonly string[]): StatementText => ({
  Sid: sid,
  Effect: 'Allow',
  Action: actions,
  Resource: '*',
});
const deny = (sid: string, actions: readonly string[]): StatementText => ({
  Sid: sid,
  Effect: 'Deny',
  Action: actions,
  Resource: '*',
});
const denyAllBut = (sid: string, actions: readonly string[]): StatementText => ({
  Sid: sid,
  Effect: 'Deny',
  NotAction: actions,
  Resource: '*',
});

/**
 * The roles that a company needs at least, as managed policies that can be attached to users, groups and roles
 * (`docs/access.md`). What a role must never do is denied, and so stays denied whatever else is attached.
 */
const TEXTS: readonly (readonly [name: string, description: string, statements: readonly StatementText[]])[] =
  [
    ['Administrator', 'May do everything that policies can allow.', [allow('Everything', ['*'])]],
    [
      'KeyAdministrator',
      'Makes, configures and deletes keys; never uses one, nor lets others use it by a grant.',
      [
        allow('AdministerKeys', [
          ...READ_KEYS,
          'kms:CancelKeyDeletion',
          'kms:CreateAlias',
          'kms:CreateKey',
          'kms:DeleteAlias',
          'kms:DeleteImportedKeyMaterial',
          'kms:DisableKey*',
          'kms:EnableKey*',
          'kms:GetParametersForImport',
          'kms:GetPublicKey',
          'kms:ImportKeyMaterial',
          'kms:PutKeyPolicy',
          'kms:ReplicateKey',
          'kms:RotateKeyOnDemand',
          'kms:ScheduleKeyDeletion',
          'kms:SynchronizeMultiRegionKey',
          'kms:TagResource',
          'kms:UntagResource',
          'kms:UpdateAlias',
          'kms:UpdateKeyDescription',
          'kms:UpdatePrimaryRegion',
        ]),
        deny('NoCryptography', [...CRYPTOGRAPHY, 'kms:CreateGrant']),
      ],
    ],
    [
      'CryptoUser',
      'Uses keys; changes nothing about them.',
      [allow('UseKeys', [...CRYPTOGRAPHY, 'kms:DescribeKey', 'kms:GenerateRandom', 'kms:GetPublicKey'])],
    ],
    [
      'GrantManager',
      'Gives and takes away the use of keys by grants; never uses one.',
      [
        allow('ManageGrants', [
          'kms:CreateGrant',
          'kms:DescribeKey',
          'kms:List*',
          'kms:RetireGrant',
          'kms:RevokeGrant',
        ]),
        deny('NoCryptography', CRYPTOGRAPHY),
      ],
    ],
    [
      'Auditor',
      'Reads and verifies the record, keys’ and identities’ settings; can touch nothing.',
      [
        allow('Read', [
          ...READ_RECORD,
          ...READ_DETECTION,
          ...READ_RESPONSE,
          ...READ_CHANNELS,
          ...READ_IDENTITIES,
          ...READ_KEYS,
          ...READ_SERVICE,
        ]),
        // Nor by way of another role.
        denyAllBut('NothingElse', [
          ...READ_RECORD,
          ...READ_DETECTION,
          ...READ_RESPONSE,
          ...READ_CHANNELS,
          ...READ_IDENTITIES,
          ...READ_KEYS,
          ...READ_SERVICE,
          'sts:Get*',
        ]),
      ],
    ],
    [
      'SecurityResponder',
      'Looks after incidents, reads the record and takes away access: disables keys, credentials and principals, revokes grants and sessions.',
      [
        allow('Read', [
          ...READ_RECORD,
          ...READ_DETECTION,
          ...READ_RESPONSE,
          ...READ_CHANNELS,
          ...READ_IDENTITIES,
          ...READ_KEYS,
          ...READ_SERVICE,
        ]),
        allow('LookAfterIncidents', [
          'keywitness:AcknowledgeIncident',
          'keywitness:AssignIncident',
          'keywitness:CommentIncident',
          'keywitness:ReopenIncident',
          'keywitness:ResolveIncident',
        ]),
        allow('Respond', RESPOND),
        // Nothing that could also give: a policy that is detached may be the one that denied.
        allow('TakeAway', [
          'iam:DeleteAccessKey',
          'keywitness:DisableCertificate',
          'keywitness:DisableCredential',
          'keywitness:DisablePrincipal',
          'keywitness:RevokeSession',
          'keywitness:RevokeSessions',
          'kms:CancelKeyDeletion',
          'kms:DisableKey',
          'kms:RevokeGrant',
        ]),
        deny('NoCryptography', [...CRYPTOGRAPHY, 'kms:CreateGrant']),
      ],
    ],
    [
      'DetectionEngineer',
      'Decides what is looked for in the record and what is done about it: and who is told: rules, suppressions, channels, playbooks and their guard rails; reads incidents; no keys, and nothing else of the record.',
      [
        allow('Detect', [...READ_DETECTION, ...CHANGE_DETECTION]),
        allow('ConfigureChannels', [...READ_CHANNELS, ...CONFIGURE_CHANNELS]),
        allow('ConfigureResponse', [...READ_RESPONSE, ...CONFIGURE_RESPONSE]),
        // Nor by way of another role.
        denyAllBut('NothingElse', [
          ...READ_DETECTION,
          ...CHANGE_DETECTION,
          ...READ_RESPONSE,
          ...CONFIGURE_RESPONSE,
          ...READ_CHANNELS,
          ...CONFIGURE_CHANNELS,
          'sts:Get*',
        ]),
      ],
    ],
    [
      'Operator',
      'Keeps the service running: reads its status and settings and the published log; neither keys nor identities nor the record’s contents.',
      [
        allow('Operate', [
          ...READ_SERVICE,
          'keywitness:GetOrganization',
          'keywitness:ListAccounts',
          'keywitness:ReadLog',
        ]),
        deny('NoKeys', ['kms:*']),
        denyAllBut('NothingElse', [
          ...READ_SERVICE,
          'keywitness:GetOrganization',
          'keywitness:ListAccounts',
          'keywitness:ReadLog',
          'sts:Get*',
        ]),
      ],
    ],
  ];

const BUILT_IN: ReadonlyMap<string, StoredPolicy> = new Map(
  TEXTS.map(([name, description, statements]) => {
    const arn = `${PREFIX}${name}`;
    const record: ManagedPolicyRecord = {
      arn,
      account: 'aws',
      name,
      path: '/keywitness/',
      uniqueId: `ANPAKW${name.toUpperCase().padEnd(15, '0').slice(0, 15)}`,
      description,
      createdAtMs: 0,
      updatedAtMs: 0,
      versions: [
        {
          id: 'v1',
          document: JSON.stringify({ Version: '2012-10-17', Statement: statements }),
          createdAtMs: 0,
        },
      ],
      defaultVersionId: 'v1',
      lastVersion: 1,
      tags: [],
    };
    return [arn, storedPolicy(record)];
  }),
);

/** A policy that comes with the service, by its ARN. */
export function builtInPolicy(arn: string): StoredPolicy | undefined {
  return BUILT_IN.get(arn);
}

/** All policies that come with the service. */
export function builtInPolicies(): readonly StoredPolicy[] {
  return [...BUILT_IN.values()];
}
