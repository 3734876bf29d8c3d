import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readXml } from '../../formats/index.ts';
import { type IdentityRow, isShown, rowsOfPrincipals, rowsOfRoles, sorted } from './identity-rows.ts';

const now = Date.parse('2030-06-01T00:00:00Z');
const row: IdentityRow = {
  arn: 'arn:aws:iam::1:user/ann',
  name: 'ann',
  kind: 'user',
  createdAt: '2029-01-01T00:00:00.000Z',
  disabled: false,
  policyNames: ['Auditor'],
};
const rows: readonly IdentityRow[] = [
  { ...row, name: 'never' },
  { ...row, name: 'lately', lastUsedAt: '2030-05-31T00:00:00.000Z' },
  { ...row, name: 'long ago', lastUsedAt: '2030-03-03T00:00:00.000Z' },
  { ...row, name: 'new', createdAt: '2030-05-31T00:00:00.000Z' },
  { ...row, name: 'off', disabled: true },
  { ...row, name: 'role', kind: 'role' },
];

function namesShown(filter: Partial<Parameters<typeof isShown>[1]>): readonly string[] {
  const whole = { kind: 'all', state: 'all', text: '', ...filter } as const;
  return rows.filter((each) => isShown(each, whole, now)).map(({ name }) => name);
}

test('dormant is who did nothing for 90 days and was there for that long, and is not disabled', () => {
  assert.deepEqual(namesShown({ state: 'dormant' }), ['never', 'long ago']);
  assert.deepEqual(namesShown({ state: 'active' }), ['lately', 'new', 'role']);
  assert.deepEqual(namesShown({ state: 'disabled' }), ['off']);
});

test('identities are found by kind, ARN and policy', () => {
  assert.deepEqual(namesShown({ kind: 'role' }), ['role']);
  assert.equal(namesShown({ text: ' auditor' }).length, rows.length);
  assert.deepEqual(namesShown({ text: 'bob' }), []);
});

test('who was never used is sorted before whoever was', () => {
  assert.deepEqual(
    sorted(rows.slice(0, 3), 'lastUsed', false).map(({ name }) => name),
    ['never', 'long ago', 'lately'],
  );
  assert.equal(sorted(rows, 'created', true)[0]?.name, 'new');
});

test('access keys are counted for whose they are, and not known where they were not told', () => {
  const { arn, createdAt, disabled, name, policyNames } = row;
  const principal = { arn, createdAt, disabled, name, policyNames, type: 'user', uniqueId: 'A' } as const;
  const key = { accessKeyId: 'A', principalArn: arn, createdAt, disabled };
  const [counted] = rowsOfPrincipals([principal], [key, { ...key, disabled: true }]);
  assert.deepEqual(counted?.credentials, { all: 2, enabled: 1 });
  assert.deepEqual(rowsOfPrincipals([principal], [])[0]?.credentials, { all: 0, enabled: 0 });
  assert.equal(rowsOfPrincipals([principal], undefined)[0]?.credentials, undefined);
});

test('roles are read from the answer of IAM', () => {
  const result = readXml(
    '<ListRolesResult><Roles><member><RoleName>Ops</RoleName><Arn>arn:aws:iam::1:role/Ops</Arn>' +
      '<CreateDate>2030-01-01T00:00:00Z</CreateDate></member></Roles></ListRolesResult>',
  );
  assert.deepEqual(rowsOfRoles(result), [
    {
      arn: 'arn:aws:iam::1:role/Ops',
      name: 'Ops',
      kind: 'role',
      createdAt: '2030-01-01T00:00:00Z',
      disabled: false,
      policyNames: [],
    },
  ]);
});
