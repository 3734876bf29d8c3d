import type { Command } from 'commander';
import {
  type AnswerQuery,
  type ApiClient,
  evidenceArchive,
  gatherEvidence,
  type GatheredEvidence,
} from '@keywitness/api';
import { draftEvidence, type Evidence, type EvidenceParts, parseWholeAnswer } from '@keywitness/log';
import { nodeCrypto } from '@keywitness/log/node';
import {
  answerQuery,
  describeSubject,
  failedProof,
  type QueryOptions,
  readQuery,
  withSubjectOptions,
} from '../audit/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
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

/** Thousands of pages are for no reader, and take more memory than they are worth. */
const pdfEventsMax = 10_000;

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
  const { evidence: plain, eventId, witnessed } = await gather(client, query);
  const cosigned = mirrors === undefined ? undefined : await cosignAnswer(plain.answer, mirrors);
  if (witnessed === 'late') {
    process.stderr.write('keywitness: no quorum of witnesses has cosigned yet, so the bundle is without\n');
  }
  const evidence = { ...plain, answer: cosigned?.text ?? plain.answer };
  const { subject } = read(() => parseWholeAnswer(evidence.answer));
  const parts = await partsOf(evidence, options.pdf);
  writeNamedFile(options.out, evidenceArchive(parts));
  const count = [...parts.keys()].filter((name) => name.startsWith('events/')).length;
  await printLines(
    [
      `wrote ${options.out}: ${count} events of the ${describeSubject(subject)}; check it with evidence check`,
      `recorded as event ${eventId}, entry ${evidence.exported.index} of the log`,
    ].map(visible),
  );
  if (cosigned !== undefined) process.exitCode = await reportMirrors(cosigned);
}

async function gather(client: ApiClient, query: AnswerQuery): Promise<GatheredEvidence> {
  try {
    return await gatherEvidence(client, query, nodeCrypto);
  } catch (error) {
    throw failedProof(error);
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
    throw failedProof(error);
  }
}
