import { exitCodes, type ExitCode } from '../failure.ts';
import { printLines, visible } from '../terminal/index.ts';
import type { CosignedAnswer } from './ask-mirrors.ts';

/** Says which mirrors have cosigned, and what is missing. Disputed: 1. Not enough of them: 2. */
export async function reportMirrors(cosigned: CosignedAnswer): Promise<ExitCode> {
  const { mirrors, problems, isDisputed, isEnough } = cosigned;
  await printLines(mirrors.map((name) => visible(`cosigned by the mirror ${name}`)));
  for (const problem of problems) complain(problem);
  if (isDisputed) return exitCodes.doesNotHold;
  if (isEnough) return exitCodes.done;
  complain('fewer mirrors have cosigned than were asked for; `audit cosign` asks them again');
  return exitCodes.couldNot;
}

function complain(message: string): void {
  process.stderr.write(`keywitness: ${visible(message)}\n`);
}
