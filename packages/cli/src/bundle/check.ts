import type { Command } from 'commander';
import {
  checkEvidence,
  type EvidenceParts,
  type EvidenceVerdict,
  LogError,
  readZip,
  type TrustedKeys,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import {
  answerTable,
  claim,
  describeLeases,
  describePages,
  describeSubject,
  describeWindow,
} from '../audit/index.ts';
import { memberText, readEvent } from '../event/index.ts';
import { checkPdf, type PdfVerdict } from './check-pdf.ts';
import { exitCodes, type ExitCode, Failure } from '../failure.ts';
import { readBytes } from '../files/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import {
  describeSignatures,
  hex,
  indexTrust,
  type MirrorOptions,
  type MirrorTrust,
  readMirrors,
  readTrust,
  type TrustOptions,
  withMirrorOptions,
  withTrustOptions,
} from '../trust/index.ts';

interface CheckOptions extends TrustOptions, MirrorOptions {}

/** `keywitness evidence check`: offline, from nothing but a bundle and the log's public key. */
export function addCheckEvidenceCommand(parent: Command): void {
  const command = parent
    .command('check')
    .summary('check a file that evidence export has written')
    .description(
      'Checks every part of a bundle of evidence and prints what it proves, or the first part that does not hold. ' +
        'Needs no service and no copy of the log. The log vouches for its index, and can be convicted with it; a ' +
        'mirror that has cosigned has computed the index itself.',
    )
    .argument('<bundle>', 'a file that `evidence export` has written');
  withTrustOptions(withMirrorOptions(command))
    .addHelpText(
      'after',
      `
Examples:
  keywitness evidence check case.kwz --key log.vkey
  keywitness evidence check case.kwz --policy trust.policy --mirrors mirrors.vkey`,
    )
    .action(async (file: string, options: CheckOptions) => {
      process.exitCode = await check(file, options);
    });
}

async function check(file: string, options: CheckOptions): Promise<ExitCode> {
  const trustedKeys = readTrust(options);
  const mirrors = readMirrors(options);
  const verdict = await verify(readBytes(file), trustedKeys, mirrors);
  const pdf = verdict.ok ? await checkPdf(verdict) : 'absent';
  if (pdf === 'refused') {
    const reasons = ['the report is not the one that these events give'];
    const refused = { ok: false, part: 'report.pdf', reasons } as const;
    await printLines(describeVerdict(refused, { trustedKeys, mirrors }, pdf));
    return exitCodes.doesNotHold;
  }
  await printLines(describeVerdict(verdict, { trustedKeys, mirrors }, pdf));
  return verdict.ok ? exitCodes.done : exitCodes.doesNotHold;
}

async function verify(
  bytes: Uint8Array,
  trustedKeys: TrustedKeys,
  mirrors: MirrorTrust,
): Promise<EvidenceVerdict> {
  const parts = await unpack(bytes);
  if (parts instanceof LogError) return { ok: false, part: 'the archive', reasons: [parts.message] };
  try {
    return checkEvidence({ parts, trustedKeys, ...indexTrust(mirrors), crypto: nodeCrypto });
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `could not use the verifier keys: ${error.message}`, { cause: error });
  }
}

async function unpack(bytes: Uint8Array): Promise<EvidenceParts | LogError> {
  try {
    return await readZip(bytes);
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
}

const pdfWords = {
  absent: [],
  same: ['pdf         says what the events say'],
  other: [
    'pdf         NOT CHECKED: another version has made report.pdf, so only report.html is known to be right',
  ],
} as const;

interface Trust {
  readonly trustedKeys: TrustedKeys;
  readonly mirrors: MirrorTrust;
}

function describeVerdict(
  verdict: EvidenceVerdict,
  { trustedKeys: keys, mirrors }: Trust,
  pdf: PdfVerdict,
): readonly string[] {
  if (!verdict.ok) {
    return [
      `part        ${verdict.part}`,
      ...verdict.reasons.map((reason) => `problem     ${reason}`),
      'FAILED      nothing is proven by this file',
    ].map(visible);
  }
  const { answer, exported, policies, missing, witnessed } = verdict;
  const { checkpoint, entries, count, signatures, indexSignatures } = answer;
  const { subject, window } = answer.answer;
  const event = readEvent(exported.entry);
  const who = memberText(event, 'actor', 'arn') ?? memberText(event, 'actor', 'type') ?? '';
  const table = answerTable(entries, subject);
  return [
    ...[
      `log         ${checkpoint.origin}`,
      `checkpoint  ${checkpoint.size} entries, root ${hex(checkpoint.root)}`,
      ...describeSignatures(signatures, keys),
      ...describeWitnessed(witnessed, checkpoint.size, keys),
      `index       of the same ${checkpoint.size} entries`,
      ...describeSignatures(indexSignatures, { ...keys, witnessKeys: mirrors.keys }),
      `exported    by ${who} at ${memberText(event, 'time') ?? ''}, entry ${exported.index} of the log`,
      `policies    ${policies.length} that decided are here; ${missing.length} are named and are not`,
      `report      says what the events say`,
      ...(pdf === 'refused' ? [] : pdfWords[pdf]),
      `subject     ${describeSubject(subject)}`,
      `window      ${describeWindow(window)}`,
      ...describePages(answer.pages),
      `COMPLETE    ${claim(entries.length, count)}`,
      ...describeLeases(entries, subject, window),
    ].map(visible),
    ...(table.length === 0 ? [] : ['', ...table]),
  ];
}

/** The checkpoint with the cosignatures, when it is another one than that of the answer. */
function describeWitnessed(
  { checkpoint, signatures }: Extract<EvidenceVerdict, { ok: true }>['witnessed'],
  size: number,
  keys: TrustedKeys,
): readonly string[] {
  if (checkpoint.size === size && signatures.every(({ name }) => name === keys.origin)) return [];
  return [
    `then        ${checkpoint.size} entries, which go on from these`,
    ...describeSignatures(signatures, keys),
  ];
}
