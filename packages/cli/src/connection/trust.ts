import { readFileSync } from 'node:fs';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { Failure, reasonOf } from '../failure.ts';

/**
 * Trusts the certificates in a file besides those that Node trusts, for every connection of this process. Node itself
 * reads `NODE_EXTRA_CA_CERTS`.
 */
export function trustAlso(caBundle: string): void {
  try {
    setDefaultCACertificates([...getCACertificates('default'), readFileSync(caBundle, 'utf8')]);
  } catch (error) {
    throw new Failure('could-not', `could not use the CA bundle \`${caBundle}\`: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}
