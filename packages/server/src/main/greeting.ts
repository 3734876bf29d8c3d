import type { NewAdministrator } from './administrator.ts';
import type { DataDirectory, Installation } from './installation.ts';
import type { ListenAddress } from './listen.ts';

/** What is known when the server is up. */
export interface Started {
  readonly address: ListenAddress;
  readonly port: number;
  readonly installation: Installation;
  readonly administrator: NewAdministrator | undefined;
  readonly directory: DataDirectory;
}

/** The last line of the greeting: from here on requests are served. */
const READY = 'Ready.';

/** What `npm start` prints: where it is, and at the first start the administrator's key and lines to try. */
export function greeting(started: Started): readonly string[] {
  const { address, port, installation, directory } = started;
  const endpoint = `${address.tls === undefined ? 'http' : 'https'}://${address.urlHost}:${port}`;
  const lines = [
    `Keywitness serves account ${installation.place.account}, region ${installation.place.region}, on ${endpoint}`,
    `Data: ${directory.root}   log: ${installation.origin}   verifier keys: ${directory.verifierKeys}`,
  ];
  if (address.caFile !== undefined) {
    lines.push(
      `Private CA: ${address.caFile}   trust it: export AWS_CA_BUNDLE=${address.caFile} NODE_EXTRA_CA_CERTS=${address.caFile}`,
    );
  }
  const { administrator } = started;
  if (administrator !== undefined) {
    lines.push(...firstSteps(administrator, installation.place.region, endpoint));
  }
  return [...lines, READY];
}

function firstSteps(administrator: NewAdministrator, region: string, endpoint: string): readonly string[] {
  return [
    '',
    `The administrator is ${administrator.arn}. This access key is shown only now:`,
    '',
    `  export AWS_ACCESS_KEY_ID=${administrator.accessKeyId}`,
    `  export AWS_SECRET_ACCESS_KEY=${administrator.secretAccessKey}`,
    `  export AWS_DEFAULT_REGION=${region}`,
    `  export AWS_ENDPOINT_URL=${endpoint}`,
    '',
    'Try:',
    '',
    `  aws --endpoint-url ${endpoint} sts get-caller-identity`,
    `  aws --endpoint-url ${endpoint} kms create-key --description "my first key"`,
    `  aws --endpoint-url ${endpoint} kms create-alias --alias-name alias/first --target-key-id KEY_ID`,
    `  aws --endpoint-url ${endpoint} kms encrypt --key-id alias/first --plaintext aGVsbG8= --encryption-context customer=4711`,
    '  npx keywitness audit list --asset customer=4711',
    '',
  ];
}
