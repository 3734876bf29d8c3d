import type { Random } from '../crash/random.ts';
import type { WireRequest } from './request.ts';
import type { Ending } from './socket.ts';

/** How a request is put into bytes, and those onto a connection. */
export interface Framed {
  readonly pieces: readonly Uint8Array[];
  readonly ending: Ending;
  /** `whole` ones must be answered as what they are; others may be refused by HTTP, or not be answered. */
  readonly kind: 'whole' | 'broken';
}

/** A body that is longer than is taken. */
const TOO_LONG = 1_048_577;

/**
 * Sent behind what is broken: when it is answered, nothing more comes. Where a length has swallowed its beginning it is no
 * request, which ends the connection as well.
 */
const LAST = Buffer.from('POST / HTTP/1.1\r\nHost: last\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');

/** Frames a request in one of the many ways of HTTP/1.1, or in none. */
export function framed(random: Random, request: WireRequest): Framed {
  const roll = random.below(100);
  const whole = (pieces: readonly Uint8Array[]): Framed => ({ pieces, ending: 'stays', kind: 'whole' });
  const plain = Buffer.concat([headOf(request, [lengthOf(request)]), request.body]);
  if (roll < 45) return whole([plain]);
  if (roll < 68) return whole(inPieces(random, plain));
  if (roll < 76) return whole(inPieces(random, chunked(random, request)));
  if (roll < 80) return whole([headOf(request, [lengthOf(request), 'Expect: 100-continue']), request.body]);
  return brokenFrame(random, request, plain);
}

function brokenFrame(random: Random, request: WireRequest, plain: Buffer): Framed {
  const { body } = request;
  const length = body.length;
  const lines = random.one<readonly string[]>([
    ['Content-Length: -1'],
    ['Content-Length: 1e3'],
    [`Content-Length: ${length}`, `Content-Length: ${length + 1}`],
    [`Content-Length: ${length}`, 'Transfer-Encoding: chunked'],
    ['Transfer-Encoding: chunked, gzip'],
    ['Transfer-Encoding: xchunked'],
    [`Content-Length: ${'9'.repeat(30)}`],
    [`Content-Length: ${length + 1 + random.below(50)}`],
    [`Content-Length: ${Math.max(0, length - 1 - random.below(20))}`],
    [lengthOf(request), 'Expect: the-unexpected'],
    [lengthOf(request), 'Bad Header: x'],
    [lengthOf(request), 'X-Nul: \0'],
    [lengthOf(request), ' folded: x'],
    [lengthOf(request), `X-Long: ${'x'.repeat(17_000)}`],
    [lengthOf(request), ...Array.from({ length: 101 }, (_, at) => `X-Many-${at}: x`)],
    [],
  ]);
  const at = random.below(plain.length);
  const odd = (bytes: Uint8Array, ending: Ending = random.chance(80) ? 'stays' : 'breaks off'): Framed => ({
    pieces: inPieces(random, ending === 'stays' ? Buffer.concat([bytes, LAST]) : bytes),
    ending,
    kind: 'broken',
  });
  const text = plain.toString('latin1');
  return random.one<() => Framed>([
    () => odd(Buffer.concat([headOf(request, lines), body])),
    () => odd(Buffer.concat([headOf(request, lines), body])),
    () => odd(Buffer.concat([headOf(request, lines), body])),
    () => odd(Buffer.concat([headOf(request, lines), body]), 'breaks off'),
    () => odd(plain.subarray(0, at), 'finishes'),
    () => odd(plain.subarray(0, at), 'breaks off'),
    () => odd(plain, 'breaks off'),
    () => odd(Buffer.from(text.replaceAll('\r\n', '\n'), 'latin1')),
    () =>
      odd(
        Buffer.from(
          text.replace('HTTP/1.1', random.one(['HTTP/1.0', 'HTTP/2.0', 'HTTP/9', 'x', ''])),
          'latin1',
        ),
      ),
    () =>
      odd(
        Buffer.from(
          text.replace(/^POST/, random.one(['PUT', 'DELETE', 'CONNECT', 'post', 'P\0ST', 'PRI'])),
          'latin1',
        ),
      ),
    () => odd(Buffer.from(text.replace(/Host: [^\r]*\r\n/, ''), 'latin1')),
    () =>
      odd(Buffer.concat([headOf(request, [`Content-Length: ${TOO_LONG}`]), Buffer.alloc(TOO_LONG, 0x20)])),
    () =>
      odd(
        Buffer.concat([
          headOf(request, ['Transfer-Encoding: chunked']),
          Buffer.from(`${random.one(['zz', '-1', 'ffffffffffffffffff', '5;a=\0'])}\r\nhello\r\n`),
        ]),
      ),
    () => odd(Buffer.from([0x16, 0x03, 0x01, 0x00, 0x05, 0x01, 0x00, 0x00, 0x01, random.below(256)])),
    () => {
      const copy = Buffer.from(plain);
      copy[at] = random.below(256);
      return odd(copy);
    },
  ])();
}

function headOf({ headers, method, target }: WireRequest, more: readonly string[]): Buffer {
  const lines = [
    `${method} ${target} HTTP/1.1`,
    ...headers.map(([name, value]) => `${name}: ${value}`),
    ...more,
  ];
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
}

function lengthOf({ body }: WireRequest): string {
  return `Content-Length: ${body.length}`;
}

function chunked(random: Random, request: WireRequest): Buffer {
  const extension = random.chance(20) ? ';name=value' : '';
  const chunks = inPieces(random, request.body).map((piece) =>
    Buffer.concat([Buffer.from(`${piece.length.toString(16)}${extension}\r\n`), piece, Buffer.from('\r\n')]),
  );
  const trailer = random.chance(20) ? 'X-Amz-Trailer: x\r\n' : '';
  return Buffer.concat([
    headOf(request, ['Transfer-Encoding: chunked']),
    ...chunks,
    Buffer.from(`0\r\n${trailer}\r\n`),
  ]);
}

/** Up to seven pieces; none is empty. */
function inPieces(random: Random, bytes: Uint8Array): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let rest = bytes;
  while (pieces.length < 6 && rest.length > 1) {
    const length = 1 + random.below(rest.length - 1);
    pieces.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return rest.length === 0 ? pieces : [...pieces, rest];
}
