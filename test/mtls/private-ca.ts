import { execFileSync, spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Whether `openssl` can be run. */
export const hasOpenssl: boolean = spawnSync('openssl', ['version']).status === 0;

/** Files of a certificate and its private key. */
export interface Files {
  readonly cert: string;
  readonly key: string;
}

/** A new CA, made by `openssl` in a folder. */
export function makeCa(folder: string, name: string): Files {
  const files = filesOf(folder, name);
  openssl(
    ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'],
    ['-keyout', files.key, '-out', files.cert, '-subj', `/O=Example/CN=${name}`],
  );
  return files;
}

/** A certificate for clients by a CA, with one alternative name. */
export function makeCertificate(folder: string, ca: Files, name: string): Files {
  const files = filesOf(folder, name);
  const request = join(folder, `${name}.csr`);
  const extensions = join(folder, `${name}.ext`);
  writeFileSync(extensions, `extendedKeyUsage=clientAuth\nsubjectAltName=URI:spiffe://example/${name}\n`);
  openssl(
    ['req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'],
    ['-keyout', files.key, '-out', request, '-subj', `/O=Example/CN=${name}`],
  );
  openssl(
    ['x509', '-req', '-in', request, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-days', '1'],
    ['-extfile', extensions, '-out', files.cert],
  );
  return files;
}

/** The SHA-256 of a certificate's DER encoding, as `openssl` tells it. */
export function fingerprint({ cert }: Files): string {
  const line = openssl(['x509', '-in', cert, '-noout', '-fingerprint', '-sha256'], []);
  return line
    .slice(line.indexOf('=') + 1)
    .trim()
    .replaceAll(':', '')
    .toLowerCase();
}

function filesOf(folder: string, name: string): Files {
  return { cert: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
}

function openssl(command: readonly string[], options: readonly string[]): string {
  return execFileSync('openssl', [...command, ...options], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}
