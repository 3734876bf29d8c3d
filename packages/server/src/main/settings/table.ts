/** One setting: its name as a flag; the environment variable and the file's member follow from it. */
export interface Setting {
  readonly name: string;
  readonly kind: 'text' | 'number' | 'flag';
  /** What it is without being set, as text; `undefined` when absent means something of its own. */
  readonly standard?: string;
  readonly meaning: string;
}

/**
 * Every setting there is. `docs/settings.md` shows this table; a test compares them. Flags win over the environment
 * (`KEYWITNESS_` and the name in capitals), the environment wins over the file.
 */
export const SETTINGS: readonly Setting[] = [
  { name: 'config', kind: 'text', meaning: 'A JSON file with settings, by their names.' },
  {
    name: 'data-dir',
    kind: 'text',
    standard: './data',
    meaning: 'Where everything is kept; created with mode 0700.',
  },
  { name: 'listen', kind: 'text', standard: '127.0.0.1:7443', meaning: 'Address and port to serve on.' },
  {
    name: 'region',
    kind: 'text',
    standard: 'us-east-1',
    meaning: 'The region of ARNs and credential scopes; fixed at the first start.',
  },
  {
    name: 'regions',
    kind: 'text',
    meaning:
      'The regions to answer for, separated by commas, the one of this installation first; only that one unless set.',
  },
  {
    name: 'account',
    kind: 'text',
    meaning: 'The 12-digit account; drawn at random at the first start, then fixed.',
  },
  {
    name: 'origin',
    kind: 'text',
    meaning: "The log's origin line, a schema-less URL; fixed at the first start.",
  },
  {
    name: 'seal-file',
    kind: 'text',
    meaning:
      'The file with the seal key (64 hexadecimal digits); `seal.key` in the data directory unless set. Keep it on another disk.',
  },
  { name: 'tls-cert', kind: 'text', meaning: 'PEM file with the server certificate and its chain.' },
  { name: 'tls-key', kind: 'text', meaning: 'PEM file with the private key of the certificate.' },
  {
    name: 'tls-self-signed',
    kind: 'flag',
    meaning: 'Make a private CA and a certificate in the data directory, and say how to trust it.',
  },
  {
    name: 'tls-client-ca',
    kind: 'text',
    meaning:
      'PEM file with the CA certificates that client certificates must come from; asks clients for one.',
  },
  {
    name: 'tls-client-required',
    kind: 'flag',
    meaning: 'Refuse whatever comes without a trusted client certificate, on the record.',
  },
  {
    name: 'trusted-proxies',
    kind: 'text',
    meaning:
      'Addresses and CIDR ranges, with commas, of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed.',
  },
  {
    name: 'dangerously-allow-plain-http',
    kind: 'flag',
    meaning:
      'Serve without TLS on an address that is not loopback: signatures protect requests, nothing protects plaintexts.',
  },
  {
    name: 'dangerously-allow-oidc-insecure-loopback',
    kind: 'flag',
    meaning:
      'Take http:// issuers of identity tokens on loopback, for tests: whoever is on this machine can forge them.',
  },
  {
    name: 'public-log',
    kind: 'flag',
    meaning:
      'Serve the published log (tiles, checkpoint) without authentication, for mirrors and independent verifiers.',
  },
  {
    name: 'front-threads',
    kind: 'number',
    meaning: 'Threads that serve requests; one per core but one unless set.',
  },
  {
    name: 'connections-max',
    kind: 'number',
    standard: '2048',
    meaning: 'Open connections per front thread; more are dropped, on the record.',
  },
  {
    name: 'pending-max',
    kind: 'number',
    standard: '4096',
    meaning: 'Attempts per front thread that may wait for the record; more are throttled, on the record.',
  },
  {
    name: 'keys-per-account-max',
    kind: 'number',
    standard: '100000',
    meaning: 'KMS keys of one account in one region, in any state.',
  },
  { name: 'aliases-per-key-max', kind: 'number', standard: '50', meaning: 'Aliases of one key.' },
  { name: 'grants-per-key-max', kind: 'number', standard: '50000', meaning: 'Grants on one key.' },
  {
    name: 'key-policy-bytes-max',
    kind: 'number',
    standard: '32768',
    meaning: 'The longest key policy, in bytes of UTF-8.',
  },
  {
    name: 'request-quotas',
    kind: 'text',
    standard: '0',
    meaning:
      "KMS requests per second of an account in a region: `0` for no quotas, `aws` for AWS's, or changes of those: `symmetric=50000,CreateKey=100`.",
  },
  {
    name: 'principal-quota-percent',
    kind: 'number',
    standard: '0',
    meaning: 'How much of a request quota one principal may take; 0 is all of it.',
  },
  {
    name: 'clock-skew-seconds',
    kind: 'number',
    standard: '300',
    meaning: "How far a request's date may be from the server's clock.",
  },
  {
    name: 'publish-interval-ms',
    kind: 'number',
    standard: '1000',
    meaning: 'How often a checkpoint is signed while there is something new; at most 1000.',
  },
  {
    name: 'witnesses',
    kind: 'text',
    meaning: 'A file that names the witnesses of the log and their quorum (C2SP tlog-policy, with URLs).',
  },
  {
    name: 'witness-quorum',
    kind: 'number',
    meaning:
      'So many of the witnesses must cosign, counted by name, whatever the quorum line of that file says.',
  },
  {
    name: 'witness-interval-ms',
    kind: 'number',
    standard: '1000',
    meaning: 'The witnesses are given a checkpoint at most this often.',
  },
  {
    name: 'witness-answers-at-start',
    kind: 'number',
    standard: '0',
    meaning: 'Refuse to start unless so many witnesses answer that they know of nothing newer.',
  },
  {
    name: 'notify-allow-addresses',
    kind: 'text',
    meaning:
      'Addresses and CIDR ranges, with commas, that messages about incidents may be sent to although they are not public.',
  },
  {
    name: 'dangerously-allow-notify-plain-http',
    kind: 'flag',
    meaning: 'Send messages about incidents to http:// URLs: whoever is in between reads and changes them.',
  },
  {
    name: 'notify-ca',
    kind: 'text',
    meaning: 'PEM file with further CA certificates for receivers of messages about incidents.',
  },
  {
    name: 'console-url',
    kind: 'text',
    meaning:
      'Where browsers find the console, an https URL such as `https://kms.example.com/console`; http on loopback. Messages about incidents have links to it, and single sign-on comes back to it.',
  },
  {
    name: 'console-sso-issuer',
    kind: 'text',
    meaning:
      'The OpenID Connect issuer that people sign in to the console at, character by character as in its tokens.',
  },
  {
    name: 'console-sso-client-id',
    kind: 'text',
    meaning: 'What the issuer knows the console as; the audience of its tokens.',
  },
  {
    name: 'console-sso-client-secret-file',
    kind: 'text',
    meaning:
      'A file with the secret that the console shows to the issuer; without it, it is a public client.',
  },
  {
    name: 'console-sso-roles',
    kind: 'text',
    meaning: 'ARNs of the roles that people may sign in to, separated by commas.',
  },
  {
    name: 'disk-reserve-mib',
    kind: 'number',
    standard: '64',
    meaning: 'When less disk than this is free, operations are refused and only refusals are recorded.',
  },
  {
    name: 'new-admin-credential',
    kind: 'flag',
    meaning: 'Break glass: at this start, make one more access key for the administrator, on the record.',
  },
];

/** The environment variable of a setting. */
export function environmentName(setting: Setting): string {
  return `KEYWITNESS_${setting.name.replaceAll('-', '_').toUpperCase()}`;
}
