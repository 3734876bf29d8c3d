import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { reachesOtherAccounts } from './cross-account.ts';

/** What the documentation that comes with the SDK says of an operation's use across accounts. */
const DOCUMENTED = /<b>Cross-account use<\/b>:\s*(Yes|No)\b/;

function documentedUse(): ReadonlyMap<string, boolean> {
  const folder = new URL('../dist-types/commands/', import.meta.resolve('@aws-sdk/client-kms'));
  const found = new Map<string, boolean>();
  for (const file of readdirSync(folder)) {
    const [, answer] = DOCUMENTED.exec(readFileSync(new URL(file, folder), 'utf8')) ?? [];
    if (answer !== undefined) found.set(file.replace('Command.d.ts', ''), answer === 'Yes');
  }
  return found;
}

test('permissions reach other accounts where the documentation says that their operations do, and nowhere else', () => {
  const documented = documentedUse();
  assert.ok(documented.size >= 50);
  for (const [name, expected] of documented) {
    const permissions = name === 'ReEncrypt' ? ['ReEncryptFrom', 'ReEncryptTo'] : [name];
    for (const permission of permissions) {
      assert.equal(reachesOtherAccounts(`kms:${permission}`), expected, permission);
    }
  }
  for (const name of ['GenerateRandom', 'ListRetirableGrants']) {
    assert.equal(reachesOtherAccounts(`kms:${name}`), false);
  }
});
