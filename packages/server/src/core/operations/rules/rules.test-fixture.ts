import { sha256Hex } from '../../crypto/index.ts';
import type { RuleSource } from '../response-records.ts';
import type { RuleBook } from './rule-book.ts';

function sourceOf(title: string, level: RuleSource['level']): RuleSource {
  const text = `title: ${title}\nlevel: ${level}\n`;
  return { text, title, level, sha256: sha256Hex(text) };
}

/** Two rules that come with the service; a text is a rule if it has a title. */
export const testBook: RuleBook = {
  read(text, name) {
    const title = /^title: (?<title>.+)$/m.exec(text)?.groups?.['title'];
    if (title === undefined) return { kind: 'malformed', message: `\`${name}\` has no title` };
    return { kind: 'read', title, level: 'low', sha256: sha256Hex(text) };
  },
  builtIn: new Map([
    ['key-deletion', sourceOf('A key is to be deleted', 'high')],
    ['audit-configuration-changed', sourceOf('Detection was changed', 'critical')],
  ]),
};
