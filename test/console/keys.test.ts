import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiClient, createApiClient } from '@keywitness/api';
import {
  CreateAliasCommand,
  CreateKeyCommand,
  DecryptCommand,
  EncryptCommand,
  KMSClient,
  RotateKeyOnDemandCommand,
} from '@aws-sdk/client-kms';
import type { Locator } from 'playwright-core';
import type { AccessKey } from '../running-server.ts';
import { accessibilityFaults } from './accessibility.ts';
import { type ConsoleStage, type ConsoleWindow, skipWithoutChromium, startStage } from './console-browser.ts';

const options = { skip: skipWithoutChromium };
const region = 'us-east-1';

/** A program at the service, and whoever administers it. */
interface Scene {
  readonly client: ApiClient;
  readonly administration: KMSClient;
  readonly program: KMSClient;
}

async function sceneAt({ administrator, server }: ConsoleStage): Promise<Scene> {
  const { endpoint } = server;
  const kmsOf = (credentials: AccessKey): KMSClient => new KMSClient({ endpoint, region, credentials });
  const client = createApiClient({ endpoint, region, credentials: () => Promise.resolve(administrator) });
  await client.createPrincipal({ name: 'shop', type: 'service' });
  await client.putPrincipalPolicy(
    'shop',
    'use',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['kms:Encrypt', 'kms:Decrypt'], Resource: '*' }],
    }),
  );
  const program = kmsOf(await client.createCredential('shop'));
  return { client, administration: kmsOf(administrator), program };
}

async function createKey(
  { administration }: Scene,
  alias: string,
  input: ConstructorParameters<typeof CreateKeyCommand>[0] = {},
): Promise<string> {
  const { KeyMetadata } = await administration.send(new CreateKeyCommand(input));
  const keyId = KeyMetadata?.KeyId ?? '';
  await administration.send(new CreateAliasCommand({ AliasName: `alias/${alias}`, TargetKeyId: keyId }));
  return keyId;
}

async function use({ program }: Scene, keyId: string): Promise<Uint8Array | undefined> {
  const EncryptionContext = { customer: '4711' };
  const { CiphertextBlob } = await program.send(
    new EncryptCommand({ KeyId: keyId, Plaintext: Buffer.from('an order'), EncryptionContext }),
  );
  await program.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  return CiphertextBlob;
}

/** Writes over all that is in the editor, as somebody does by keyboard. */
async function write(editor: Locator, text: string): Promise<void> {
  await editor.focus();
  await editor.press('ControlOrMeta+a');
  await editor.page().keyboard.insertText(text);
}

async function assertAccessible({ page }: ConsoleWindow): Promise<void> {
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.emulateMedia({ colorScheme: 'light' });
}

test('keys are made, found by what they need and by words, and described', options, async () => {
  await using stage = await startStage();
  await using window = await stage.open();
  const { page } = window;
  await window.goTo('/keys');
  await window.signIn(stage.administrator);
  await page.getByText('No keys yet').waitFor();
  await assertAccessible(window);

  await page.getByRole('button', { name: 'Create key' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Create a key' });
  await dialog.getByLabel('Alias').fill('shop/orders');
  await dialog.getByLabel('Description').fill('Orders of the shop');
  await dialog.getByLabel('Tags').fill('team=shop');
  await assertAccessible(window);
  await dialog.getByRole('button', { name: 'Create key' }).click();
  await page.getByRole('heading', { name: /shop\/orders/ }).waitFor();
  await page.getByText('team', { exact: true }).waitFor();
  await assertAccessible(window);

  await page.getByRole('button', { name: 'Add alias' }).click();
  const naming = page.getByRole('dialog', { name: 'Add an alias to shop/orders' });
  await naming.getByLabel('Alias').fill('two words');
  assert.equal(await naming.getByRole('button', { name: 'Add alias' }).isDisabled(), true);
  await naming.getByLabel('Alias').fill('baskets');
  await naming.getByRole('button', { name: 'Command' }).click();
  await page.getByText(/aws kms create-alias --alias-name alias\/baskets/).waitFor();
  await page.keyboard.press('Escape');
  await naming.getByRole('button', { name: 'Add alias' }).click();
  await page.getByText('alias/baskets', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Edit tags' }).click();
  await page.getByLabel('One tag on each line, name=value').fill('class=secret');
  await page.getByRole('button', { name: 'Save tags' }).click();
  await page.getByText('secret', { exact: true }).waitFor();
  assert.equal(await page.getByText('team', { exact: true }).count(), 0);

  const scene = await sceneAt(stage);
  await createKey(scene, 'signing', { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY' });
  await page.getByRole('link', { name: 'Keys' }).first().click();
  await page.getByRole('row', { name: /signing/ }).waitFor();
  await assertAccessible(window);
  await page.getByRole('combobox', { name: 'Use' }).selectOption('SIGN_VERIFY');
  await page.getByRole('row', { name: /baskets/ }).waitFor({ state: 'detached' });
  await page.getByText('1 key', { exact: true }).waitFor();
  assert.match(page.url(), /\/console\/keys\?usage=SIGN_VERIFY$/);
  await page.reload();
  await page.getByRole('row', { name: /signing/ }).waitFor();
  await page.getByRole('searchbox', { name: 'Alias, id, tag, description' }).fill('nothing like it');
  await page.getByText('No key fits').waitFor();
  await page.getByRole('button', { name: 'Show all keys' }).click();
  await page.getByRole('searchbox', { name: 'Alias, id, tag, description' }).fill('class=secret');
  await page.getByRole('row', { name: /signing/ }).waitFor({ state: 'detached' });
  await page.getByRole('row', { name: /baskets/ }).click();
  await page.getByRole('heading', { name: /baskets/ }).waitFor();
});

test('a key is rotated, and its versions tell who still uses the old one', options, async () => {
  await using stage = await startStage();
  const scene = await sceneAt(stage);
  const keyId = await createKey(scene, 'orders');
  const sealed = await use(scene, keyId);
  await using window = await stage.open();
  const { page } = window;
  await window.goTo(`/keys/${keyId}/rotation`);
  await window.signIn(stage.administrator);
  await page.getByText('Version 1', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Rotate now' }).click();
  const dialog = page.getByRole('dialog', { name: 'Rotate orders' });
  await assertAccessible(window);
  await dialog.getByRole('button', { name: 'Rotate now' }).click();
  await page.getByText('Version 2', { exact: true }).waitFor();

  await scene.program.send(
    new DecryptCommand({ CiphertextBlob: sealed, EncryptionContext: { customer: '4711' } }),
  );
  await use(scene, keyId);
  const old = page.getByRole('button', { name: 'Who still uses version 1' });
  await page.reload();
  await old.click();
  await page.getByRole('list', { name: 'Users of version 1' }).getByText('shop').waitFor();
  await page.getByRole('img', { name: /Requests a day by version; [34] requests with older ones/ }).waitFor();
  await assertAccessible(window);

  await page.getByRole('button', { name: 'Rotate by itself' }).click();
  const period = page.getByRole('dialog', { name: 'Rotate orders by itself' });
  await period.getByLabel('Period in days').fill('30');
  await period.getByText('From 90 to 2560 days.').waitFor();
  await period.getByLabel('Period in days').fill('180');
  await period.getByRole('button', { name: 'Rotate by itself' }).click();
  await page.getByText('every 180 days').waitFor();

  await page.getByRole('link', { name: 'Use', exact: true }).click();
  const principals = page.getByRole('region', { name: 'Principals' });
  await principals.getByRole('link', { name: 'shop' }).waitFor();
  await page.getByRole('region', { name: 'Assets' }).getByText('customer=4711').waitFor();
  await assertAccessible(window);
  const events = principals
    .getByRole('listitem')
    .filter({ hasText: 'shop' })
    .getByRole('link', { name: 'Events' });
  await events.click();
  await page.waitForURL(/\/console\/audit\?key=arn.*principal=/);
});

test(
  'a policy is changed with its findings, who loses, and what would have been denied',
  options,
  async () => {
    await using stage = await startStage();
    const scene = await sceneAt(stage);
    const keyId = await createKey(scene, 'orders');
    await use(scene, keyId);
    await using window = await stage.open();
    const { page } = window;
    await window.goTo(`/keys/${keyId}/policy`);
    await window.signIn(stage.administrator);
    const editor = page.getByRole('textbox', { name: 'Key policy' });
    await editor.waitFor();
    await page.getByText('Nothing stands out', { exact: false }).waitFor();
    await assertAccessible(window);

    const policyOf = (principal: string, action: string): string =>
      JSON.stringify({
        Version: '2012-10-17',
        Statement: [
          { Sid: 'Rule', Effect: 'Allow', Principal: { AWS: principal }, Action: action, Resource: '*' },
        ],
      });
    await write(editor, '{');
    await page.getByText(/This is not JSON yet/).waitFor();
    assert.equal(await page.getByRole('button', { name: 'Review change' }).isDisabled(), true);
    await write(editor, policyOf('*', 'kms:*'));
    const findings = page.getByRole('region', { name: 'Findings' });
    await findings
      .getByText(/in Rule$/)
      .first()
      .waitFor();
    await assertAccessible(window);

    const account = (await scene.client.keys.listPage({})).keys[0]?.arn.split(':')[4] ?? '';
    const administrator = `arn:aws:iam::${account}:user/admin`;
    await write(editor, policyOf(administrator, 'kms:*'));
    assert.equal(await page.getByRole('button', { name: 'Save policy' }).count(), 0);
    await page.getByRole('button', { name: 'Review change' }).click();
    await page.getByText('2 requests by user/shop would have been denied.', { exact: false }).waitFor();
    const lose = page.getByRole('region', { name: 'Lose', exact: true });
    await lose.getByText('user/shop').waitFor();
    assert.match(await lose.innerText(), /Decrypt/);
    await page.getByLabel('Changed lines').getByText(administrator, { exact: false }).waitFor();
    await assertAccessible(window);

    await page.getByRole('button', { name: 'Save policy' }).click();
    const dialog = page.getByRole('dialog', { name: 'Save the policy of orders' });
    const save = dialog.getByRole('button', { name: 'Save policy' });
    assert.equal(await save.isDisabled(), true);
    await dialog.getByLabel('Type orders to confirm').fill('orders');
    await assertAccessible(window);
    await save.click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText('In force. Change it here', { exact: false }).waitFor();
    await assert.rejects(use(scene, keyId), { name: 'AccessDeniedException' });

    window.expect(/status of 400/);
    await write(editor, policyOf(`arn:aws:iam::${account}:user/shop`, 'kms:Decrypt'));
    await page.getByRole('button', { name: 'Review change' }).click();
    await page.getByRole('button', { name: 'Save policy' }).click();
    await dialog.getByLabel('Type orders to confirm').fill('orders');
    await save.click();
    await dialog.getByText('MalformedPolicyDocumentException').waitFor();
  },
);

test('a key that is used is deleted only after that was seen and its name was typed', options, async () => {
  await using stage = await startStage();
  const scene = await sceneAt(stage);
  const keyId = await createKey(scene, 'orders');
  await use(scene, keyId);
  await using window = await stage.open();
  const { page } = window;
  await window.goTo(`/keys/${keyId}`);
  await window.signIn(stage.administrator);
  await page.getByRole('button', { name: 'Delete key' }).click();
  const dialog = page.getByRole('dialog', { name: 'Delete orders' });
  await dialog.getByText('Used 2 times in the last 90 days').waitFor();
  await dialog.getByText('user/shop').waitFor();
  await assertAccessible(window);
  const confirm = dialog.getByRole('button', { name: 'Schedule deletion' });
  await dialog.getByLabel('Type orders to confirm').fill('orders');
  assert.equal(await confirm.isDisabled(), true);
  await dialog.getByLabel(/It was used in the last 90 days/).check();
  await dialog.getByLabel('Waiting time in days').fill('3');
  assert.equal(await confirm.isDisabled(), true);
  await dialog.getByLabel('Waiting time in days').fill('7');
  await confirm.click();
  await page.getByText('Pending deletion').waitFor();
  await page.getByRole('button', { name: 'Cancel deletion' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel deletion' }).click();
  await page.getByText('Disabled', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Enable key' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Enable key' }).click();
  await page.getByText('Enabled', { exact: true }).waitFor();

  await page.getByRole('link', { name: 'Grants' }).click();
  await page.getByText('Nothing is granted').waitFor();
  await page.getByRole('button', { name: 'Create grant' }).click();
  const grant = page.getByRole('dialog', { name: 'Grant on orders' });
  const { arn } = await scene.client.getPrincipal('shop');
  await grant.getByLabel('Who', { exact: true }).fill(arn);
  await grant.getByLabel('Decrypt', { exact: true }).check();
  await grant.getByLabel('Only with this encryption context').fill('customer=4711');
  await assertAccessible(window);
  await grant.getByRole('button', { name: 'Create grant' }).click();
  await page.getByRole('row', { name: /user\/shop.*Decrypt.*customer=4711/ }).waitFor();
  await assertAccessible(window);
  await page.getByRole('button', { name: 'Revoke the grant of user/shop' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke grant' }).click();
  await page.getByText('Nothing is granted').waitFor();
});

test('who may not see keys, or their use, is told what permission is missing', options, async () => {
  await using stage = await startStage();
  const scene = await sceneAt(stage);
  const { client } = scene;
  const keyId = await createKey(scene, 'orders');
  await scene.administration.send(new RotateKeyOnDemandCommand({ KeyId: keyId }));
  await client.createPrincipal({ name: 'clerk', type: 'user' });
  const clerk = await client.createCredential('clerk');
  await using window = await stage.open();
  const { page } = window;
  window.expect(/status of 40[03]/);
  await window.goTo('/keys');
  await window.signIn(clerk);
  const alert = page.getByRole('alert');
  assert.match(await alert.first().innerText(), /keywitness:ListKeySummaries/);
  await assertAccessible(window);
  await window.goTo(`/keys/${keyId}/policy`);
  assert.match(await alert.first().innerText(), /kms:DescribeKey/);

  await client.putPrincipalPolicy(
    'clerk',
    'keys',
    JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Action: ['kms:DescribeKey', 'kms:ScheduleKeyDeletion'], Resource: '*' }],
    }),
  );
  for (const part of ['policy', 'rotation', 'use', 'grants']) {
    await window.goTo(`/keys/${keyId}/${part}`);
    assert.match(await alert.first().innerText(), /You may not do this/, part);
    await assertAccessible(window);
  }
  await window.goTo(`/keys/${keyId}`);
  await page.getByRole('button', { name: 'Delete key' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Who uses this key is not known to you', { exact: false }).waitFor();
  assert.match(await dialog.getByRole('alert').innerText(), /keywitness:GetKeyConsequences/);
  await dialog.getByLabel(`Type ${keyId} to confirm`).fill(keyId);
  const confirm = dialog.getByRole('button', { name: 'Schedule deletion' });
  assert.equal(await confirm.isDisabled(), true);
  await dialog.getByLabel(/Who uses it is not known/).check();
  assert.equal(await confirm.isEnabled(), true);
  await assertAccessible(window);
});
