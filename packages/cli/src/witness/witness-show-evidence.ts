import type { Command } from 'commander';
import { describeConflict, type Evidence, EvidenceFolder } from '../evidence/index.ts';
import { exitCodes, type ExitCode, Failure, reasonOf } from '../failure.ts';
import { nodeFileOperations } from '../files/index.ts';
import { printLines, visible, visibleJson } from '../terminal/index.ts';

interface EvidenceOptions {
  readonly dir: string;
  readonly json?: boolean;
}

/** `keywitness witness evidence`. */
export function addEvidenceCommand(parent: Command): void {
  parent
    .command('evidence')
    .summary('show what contradicts a log')
    .description(
      'Lists the pairs of signed checkpoints that a witness or a mirror has kept because they do not go together. Exits ' +
        'with 1 when one of them convicts its log: a `fork` (two roots for one size), a `rollback` (a smaller tree, ' +
        'signed later), or an `index` that the entries do not lead to. `inconsistent` is a checkpoint that came with a bad proof, which anybody can send.',
    )
    .requiredOption('--dir <folder>', 'the folder of the witness, or of the mirror')
    .option('--json', 'one conflict a line, with both signed checkpoints')
    .addHelpText(
      'after',
      `
Examples:
  keywitness witness evidence --dir /var/lib/witness
  keywitness witness evidence --dir /var/lib/witness --json > evidence.jsonl`,
    )
    .action(async (options: EvidenceOptions) => {
      process.exitCode = await show(options);
    });
}

async function show({ dir, json }: EvidenceOptions): Promise<ExitCode> {
  const evidence = await read(dir);
  await printLines(evidence.map((one) => (json === true ? visibleJson(JSON.stringify(one)) : describe(one))));
  if (evidence.length === 0 && json !== true) await printLines(['no evidence against any log']);
  return evidence.some(({ kind }) => kind !== 'inconsistent') ? exitCodes.doesNotHold : exitCodes.done;
}

async function read(dir: string): Promise<readonly Evidence[]> {
  try {
    return await new EvidenceFolder(dir, nodeFileOperations).list();
  } catch (error) {
    throw new Failure('could-not', `could not read the evidence in \`${dir}\`: ${reasonOf(error)}`, {
      cause: error,
    });
  }
}

function describe(evidence: Evidence): string {
  return visible(`${evidence.seen}  ${describeConflict(evidence)}`);
}
