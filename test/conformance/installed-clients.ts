import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Where `scripts/setup-debian.sh` installs each client. */
const PATHS = {
  sops: '.build/go/bin/sops',
  ferretdb: '.build/go/bin/ferretdb',
  'auto-unseal': '.build/go/bin/auto-unseal',
  'go-sdk': '.build/go/bin/go-sdk',
  'encryption-sdk-js': '.build/npm-clients/node_modules/@aws-crypto/client-node',
  'java-sdk': '.build/java/lib',
} as const;

/** Where a client is, and why a suite cannot use it: what `node:test` takes as `skip`. */
export function installed(client: keyof typeof PATHS): {
  readonly path: string;
  readonly skip: string | false;
} {
  const path = resolve(PATHS[client]);
  const skip = existsSync(path)
    ? false
    : `not run: there is no ${PATHS[client]}; scripts/setup-debian.sh installs it`;
  return { path, skip };
}
