import { text } from 'node:stream/consumers';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';

const ENDS = ['\r', '\n', '\u0004'];
const INTERRUPT = '\u0003';
const ERASES = ['\b', '\u007f'];

/**
 * Reads a secret from a file, from the standard input (`-`), or, when no file is named, from the terminal, where it is not
 * shown. The line break at the end is no part of it.
 *
 * @throws Failure when there is none.
 */
export async function readSecret(name: string, file: string | undefined): Promise<string> {
  const secret = (await sourceOf(name, file)).trim();
  if (secret !== '') return secret;
  throw new Failure('could-not', `the secret \`${name}\` is empty`);
}

function sourceOf(name: string, file: string | undefined): Promise<string> {
  if (file === '-') return text(process.stdin);
  return file === undefined ? askTerminal(name) : Promise.resolve(readText(file));
}

async function askTerminal(name: string): Promise<string> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY) {
    throw new Failure(
      'usage',
      `name a file with the secret, as in --read ${name}=FILE: there is no terminal to ask`,
    );
  }
  stderr.write(`${name}: `);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  let typed = '';
  try {
    const pieces: AsyncIterable<string> = stdin;
    for await (const piece of pieces) {
      for (const letter of piece) {
        if (letter === INTERRUPT) throw new Failure('could-not', 'nothing was typed');
        if (ENDS.includes(letter)) return typed;
        typed = ERASES.includes(letter) ? typed.slice(0, -1) : typed + letter;
      }
    }
    return typed;
  } finally {
    stdin.setRawMode(false);
    stderr.write('\n');
  }
}
