import { setTimeout as sleep } from 'node:timers/promises';

const pauseMs = 300;
let chapters = 0;

/** Begins a chapter. People get a moment to read the one before. */
export async function chapter(title: string): Promise<void> {
  chapters += 1;
  if (process.stdout.isTTY && chapters > 1) await sleep(pauseMs);
  console.log(`\n${chapters}. ${title}\n`);
}

/** What happens, in a sentence. */
export function tell(text: string): void {
  console.log(`   ${text}`);
}

/** The command that a reader would type. */
export function command(text: string): void {
  console.log(`   $ ${text}`);
}

/** What a command has printed, up to so many lines. */
export function output(text: string, linesMax: number = Infinity): void {
  const lines = text.trimEnd().split('\n');
  for (const line of lines.slice(0, linesMax)) console.log(`   ${line}`.trimEnd());
  if (lines.length > linesMax) console.log(`   ... and ${lines.length - linesMax} more lines`);
  console.log('');
}

/** A part of the story that must come true. */
export function expect(isTrue: boolean, what: string): void {
  if (!isTrue) throw new Error(`the story did not come true: ${what}`);
}
