import { zipSync, type Zippable } from 'fflate';
import type { Command } from 'commander';
import { type ApiClient, ApiError, type EvidenceExport } from '@keywitness/api';
import {
  decidingPolicies,
  draftEvidence,
  type Evidence,
  type EvidenceParts,
  LogError,
  parseWholeAnswer,
} from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import {
  answerQuery,
  collectPages,
  describeSubject,
  type QueryOptions,
  readQuery,
  withSubjectOptions,
} from '../audit/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { findWitnessed } from './find-witnessed.ts';
import { Failure } from '../failure.ts';
import { writeNamedFile } from '../files/index.ts';
import { cosignAnswer, reportMirrors } from '../index-mirrors/index.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readMirrors } from '../trust/index.ts';

interface ExportOptions extends QueryOptions, ConnectionOptions {
  readonly utc?: true;
  readonly out: string;
  readonly mirrors?: string;
  readonly pdf: boolean;
}

/** Files of one bundle have one time, so that what is the same is the same to the byte. */
const fileTime = new Date(1980, 0, 1);
/** Thousands of pages are for no reader, and take more memory than they are worth. */
const pdfEventsMax = 10_000;
/** As many files as an archive can hold, but for those that are no events. */
const eventsMax = 60_000;
/** Smaller files are stored: a stream for each of thousands costs a reader more than it saves. */
const deflatedBytesMin = 16_384;

/** `keywitness evidence export`. */
export function addExportCommand(parent: Command): void {
  const command = parent
    .command('export', { isDefault: true })
    .summary('write all events about something to one file, with all that proves them')
    .description(
      'Writes all events of one subject to a file: as they are recorded, in a report for people, with the proof that ' +
        'none was left out, the policies that decided, and who exported it. The export is an event of the record. ' +
        'Times are ISO 8601 or relative, as for `audit list`.',
    );
  withConnectionOptions(
    withSubjectOptions(command)
      .option('--from <time>', 'not before')
      .option('--to <time>', 'before')
      .option('--utc', 'read times in UTC, not in local time')
      .option('--mirrors <file>', 'have these mirrors cosign: a policy that names their keys and URLs')
      .option('--no-pdf', 'without the report as a PDF')
      .requiredOption('-o, --out <file>', 'the file to write'),
  )
    .addHelpText(
      'after',
      `
Examples:
  keywitness evidence export --asset customer=4711 --from 2026-07-01 --to 2026-08-01 --utc -o case.kwz
  keywitness evidence --asset customer=4711 -o case.kwz                          the same command
  keywitness evidence export --key alias/files --principal arn:aws:iam::123456789012:user/mallory -o never.kwz`,
    )
    .action(async (options: ExportOptions) => {
      await exportEvidence(options, Date.now());
    });
}

async function exportEvidence(options: ExportOptions, nowMs: number): Promise<void> {
  const query = answerQuery(readQuery(options, options.utc === true ? 'utc' : 'local', nowMs));
  const client = await connect(options);
  const mirrors = options.mirrors === undefined ? undefined : readMirrors({ mirrors: options.mirrors });
  // The first page says who exported it; those behind it say so as well, each with where it begins.
  const exported = await client.evidence.exportAnswer({ ...query, paged: true });
  const plain = await collectPages(query, {
    first: exported.answer,
    ask: async (page) => (await client.evidence.exportAnswer(page)).answer,
    logFetch: client.logFetch,
  });
  const whole = read(() => parseWholeAnswer(plain));
  const events = whole.tree?.leaves.length ?? 0;
  if (events > eventsMax) {
    throw new Failure(
      'could-not',
      `\`${events}\` events are too many for one bundle; ask for a shorter window`,
    );
  }
  const cosigned = mirrors === undefined ? undefined : await cosignAnswer(plain, mirrors);
  const evidence = await collect(client, { ...exported, answer: cosigned?.text ?? plain });
  const witnessed = await findWitnessed(client.logFetch, whole.checkpoint);
  if (witnessed === 'late') {
    process.stderr.write('keywitness: no quorum of witnesses has cosigned yet, so the bundle is without\n');
  }
  const parts = await partsOf(
    typeof witnessed === 'object' ? { ...evidence, witnessed } : evidence,
    options.pdf,
  );
  writeNamedFile(options.out, archiveOf(parts));
  const count = [...parts.keys()].filter((name) => name.startsWith('events/')).length;
  await printLines(
    [
      `wrote ${options.out}: ${count} events of the ${describeSubject(whole.subject)}; check it with evidence check`,
      `recorded as event ${exported.eventId}, entry ${exported.index} of the log`,
    ].map(visible),
  );
  if (cosigned !== undefined) process.exitCode = await reportMirrors(cosigned);
}

function archiveOf(parts: EvidenceParts): Uint8Array {
  const files: Zippable = {};
  for (const [name, bytes] of parts) {
    files[name] = [bytes, { level: bytes.length < deflatedBytesMin ? 0 : 6 }];
  }
  return zipSync(files, { mtime: fileTime });
}

/** Asks for what is still missing: the export's own event with its proof, and the policies that decided. */
async function collect(client: ApiClient, { eventId, answer }: EvidenceExport): Promise<Evidence> {
  const { index, leaf } = await client.getEvent(eventId);
  const entry = new Uint8Array(Buffer.from(leaf, 'base64'));
  const proof = await client.getProof(eventId);
  const leaves = read(() => parseWholeAnswer(answer).tree?.leaves ?? []);
  const entries = leaves.flatMap((each) => ('entry' in each ? [each.entry] : []));
  const policies = new Map<string, string>();
  for (const sha256 of decidingPolicies([...entries, entry])) {
    const text = await documentOf(client, sha256);
    if (text !== undefined) policies.set(sha256, text);
  }
  return { answer, exported: { index, entry, proof }, policies };
}

/** A policy that was written into the state by an older version may not be kept; the bundle says so. */
async function documentOf(client: ApiClient, sha256: string): Promise<string | undefined> {
  try {
    return (await client.evidence.getDocument(sha256)).document;
  } catch (error) {
    if (error instanceof ApiError && error.code === 'NotFound') return undefined;
    throw error;
  }
}

async function partsOf(evidence: Evidence, hasPdf: boolean): Promise<EvidenceParts> {
  const draft = read(() => draftEvidence(evidence, nodeCrypto));
  if (!hasPdf) return draft.parts();
  if (draft.events > pdfEventsMax) {
    process.stderr.write(
      `keywitness: there is no PDF of more than ${pdfEventsMax} events; report.html has them\n`,
    );
    return draft.parts();
  }
  // The library and its fonts are for this command alone.
  const { reportPdf } = await import('../pdf/index.ts');
  return draft.parts(await reportPdf(draft.report));
}

function read<Value>(work: () => Value): Value {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    throw new Failure('could-not', `the service answered with no proof: ${error.message}`, { cause: error });
  }
}
