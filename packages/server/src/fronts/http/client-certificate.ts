import type { TLSSocket } from 'node:tls';
import type { ClientCertificate } from '../../core/audit/index.ts';

/** What a connection's peer showed of itself. */
export type ShownCertificate =
  | { readonly kind: 'none' }
  | { readonly kind: 'trusted'; readonly certificate: ClientCertificate; readonly endsMs: number }
  | { readonly kind: 'refused'; readonly error: string };

/** OpenSSL's name for a certificate that is past its end. */
export const EXPIRED = 'CERT_HAS_EXPIRED';

const NAME_MAX = 512;
const ALTERNATIVE_NAME_MAX = 256;
const ALTERNATIVE_NAMES_MAX = 16;
/** No more of the alternative names is looked at than can be recorded. */
const ALTERNATIVE_TEXT_MAX = 8192;
const ERROR_MAX = 64;
const CUT = '…';

/**
 * The client certificate of a connection whose handshake is over. It counts only when its chain was verified; that the
 * peer has its private key is what the handshake proves.
 *
 * INVARIANT: `authorized` alone says nothing: a resumed TLS 1.3 session without any certificate has it too.
 */
export function shownCertificate(socket: TLSSocket): ShownCertificate {
  const shown = socket.getPeerX509Certificate();
  if (shown === undefined) return { kind: 'none' };
  if (!socket.authorized) {
    // Node has the name of the error here, whatever its types say.
    const error: unknown = socket.authorizationError;
    return typeof error === 'string'
      ? { kind: 'refused', error: error.slice(0, ERROR_MAX) }
      : { kind: 'none' };
  }
  const { fingerprint256, issuer, serialNumber, subject, subjectAltName, validToDate } = shown;
  // Members in canonical order, so that encoding the event need not sort.
  const certificate = {
    issuer: nameFrom(issuer),
    notAfter: validToDate.toISOString(),
    sans: subjectAltName === undefined ? undefined : alternativeNames(subjectAltName),
    serial: cut(serialNumber, NAME_MAX),
    sha256: fingerprint256.replaceAll(':', '').toLowerCase(),
    subject: nameFrom(subject),
  };
  return { kind: 'trusted', certificate, endsMs: validToDate.getTime() };
}

/** Node writes a line for each part of a name, the most general first, and escapes as RFC 4514 does. */
function nameFrom(lines: string | undefined): string {
  return cut((lines ?? '').split('\n').reverse().join(','), NAME_MAX);
}

/** Node joins the names with commas, and writes those in which one could mislead as JSON text without any. */
function alternativeNames(text: string): readonly string[] {
  const names = text.slice(0, ALTERNATIVE_TEXT_MAX).match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  const whole = text.length > ALTERNATIVE_TEXT_MAX ? names.slice(0, -1) : names;
  return whole.slice(0, ALTERNATIVE_NAMES_MAX).map((name) => cut(name.trim(), ALTERNATIVE_NAME_MAX));
}

/** What is cut says so: otherwise it might read like somebody else's name. */
function cut(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - CUT.length)}${CUT}`;
}
