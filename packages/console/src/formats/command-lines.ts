/**
 * Words as a line for a POSIX shell. Options that are not known are left out by `option`:
 *
 *     commandLine('keywitness', 'audit', 'list', ...option('--key', key))
 */
export function commandLine(...words: readonly string[]): string {
  return words.map(quoted).join(' ');
}

/** An option with its value, or nothing when there is none. */
export function option(name: string, value: string | number | undefined): readonly string[] {
  return value === undefined || value === '' ? [] : [name, String(value)];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
