import { KEY_STATES } from '../../keys/index.ts';
import type { KmsOperationRow } from './operation-table.ts';

/** A row of the table as `docs/kms.md` has it. */
export function kmsRowInDocs({ name, operation, permissions, states, usage }: KmsOperationRow): string {
  const have = operation === 'later' ? 'not yet' : 'yes';
  const keys =
    usage === undefined ? (states === undefined ? '' : 'any') : usage === 'any pair' ? usage : `\`${usage}\``;
  const cells = [
    `\`${name}\``,
    have,
    permissions.map((one) => `\`${one}\``).join(', '),
    keys,
    inWords(states),
  ];
  return `| ${cells.join(' | ')} |`;
}

function inWords(states: KmsOperationRow['states']): string {
  if (states === undefined) return '';
  if (states.length === KEY_STATES.length) return 'any';
  const missing = KEY_STATES.filter((state) => !states.includes(state));
  return missing.length < states.length ? `any but ${missing.join(', ')}` : states.join(', ');
}
