import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { getCACertificates } from 'node:tls';
import { createTransport } from 'nodemailer';
import type { ChannelSecrets, ChannelTarget } from '../../core/operations/index.ts';
import { type AddressGuard, networkReason, POST_MS_MAX } from '../outbound/index.ts';
import type { Mail } from './email-format.ts';
import type { SendingParts } from './ports.ts';
import { failedForNow, type SendOutcome, tooSlow } from './send-outcome.ts';

/** RFC 5321, section 4.2.2: the message is too large, and will be. */
const TOO_LARGE = 552;

/**
 * Hands an e-mail to the channel's mail server, at an address that the guard has checked; TLS is for the server's name.
 * Never rejects for what the network or the server does.
 */
export async function sendMail(
  mail: Mail,
  { settings }: Pick<ChannelTarget, 'settings'>,
  secrets: ChannelSecrets,
  guard: AddressGuard,
  parts: SendingParts,
): Promise<SendOutcome> {
  const ending = new AbortController();
  const late = new Promise<'late'>((resolve) =>
    parts.schedule(POST_MS_MAX, () => {
      resolve('late');
      ending.abort();
    }),
  );
  // From the look-up of its name on: that may hang as well.
  const sent = await Promise.race([checkedSend(mail, settings, secrets, guard, parts, ending.signal), late]);
  return sent === 'late' ? tooSlow('the mail server', POST_MS_MAX) : sent;
}

async function checkedSend(
  mail: Mail,
  settings: ChannelTarget['settings'],
  secrets: ChannelSecrets,
  guard: AddressGuard,
  parts: SendingParts,
  signal: AbortSignal,
): Promise<SendOutcome> {
  const host = (settings['host'] ?? '').replace(/^\[|\]$/g, '');
  const checked = await guard.check(host);
  if (checked.kind !== 'allowed') return failedForNow(checked.reason);
  // Whoever waits was told that it is too late; nothing is sent after that.
  if (signal.aborted) return tooSlow('the mail server', POST_MS_MAX);
  const socket = connect({ host: checked.addresses[0] ?? '', port: Number(settings['port'] ?? '587') });
  // Whoever waits hears of errors as well; without this one they would end the process before anybody waits.
  socket.on('error', () => undefined);
  signal.addEventListener('abort', () => socket.destroy(), { once: true });
  try {
    await hand(mail, host, socket, settings, secrets, parts);
    return { kind: 'sent' };
  } catch (error) {
    return failure(error);
  } finally {
    socket.destroy();
  }
}

async function hand(
  mail: Mail,
  host: string,
  socket: Socket,
  settings: ChannelTarget['settings'],
  secrets: ChannelSecrets,
  { extraCertificates }: SendingParts,
): Promise<void> {
  await once(socket, 'connect');
  const { user, security } = settings;
  const { password } = secrets;
  const ca =
    extraCertificates === undefined ? {} : { ca: [...getCACertificates('default'), extraCertificates] };
  const transport = createTransport({
    host,
    port: Number(settings['port'] ?? '587'),
    secure: security === 'tls',
    requireTLS: security !== 'dangerously-none' && security !== 'tls',
    ignoreTLS: security === 'dangerously-none',
    ...(user === undefined || password === undefined ? {} : { auth: { user, pass: password } }),
    tls: { ...ca, servername: host, rejectUnauthorized: true },
    getSocket: (_options, callback) => callback(null, { connection: socket }),
    disableFileAccess: true,
    disableUrlAccess: true,
    connectionTimeout: POST_MS_MAX,
    greetingTimeout: POST_MS_MAX,
    socketTimeout: POST_MS_MAX,
  });
  try {
    await transport.sendMail({ ...mail, to: [...mail.to], headers: { ...mail.headers } });
  } finally {
    transport.close();
  }
}

/** The server's own words may quote what was sent, so that its number is all that is told. */
function failure(error: unknown): SendOutcome {
  const status =
    error instanceof Error && 'responseCode' in error && typeof error.responseCode === 'number'
      ? error.responseCode
      : undefined;
  if (status === undefined) return failedForNow(networkReason(error));
  const reason = `the mail server answered ${status}`;
  return status === TOO_LARGE ? { kind: 'failed', again: 'never', reason } : failedForNow(reason);
}
