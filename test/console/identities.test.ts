import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { type ApiClient, createApiClient } from '@keywitness/api';
import { chanceOf, startTraffic } from '../../packages/cli/src/demo/index.ts';
import { accessibilityFaults } from './accessibility.ts';
import { type ConsoleStage, skipWithoutChromium, startStage } from './console-browser.ts';

const options = { skip: skipWithoutChromium };
const region = 'us-east-1';

function clientOf({ administrator, server }: ConsoleStage): ApiClient {
  const { endpoint } = server;
  return createApiClient({ endpoint, region, credentials: () => Promise.resolve(administrator) });
}

/** A role that everybody of the account may become who may assume roles. */
async function makeRole({ administrator, server }: ConsoleStage, policy: string): Promise<void> {
  const iam = new IAMClient({ endpoint: server.endpoint, region, credentials: administrator });
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { AWS: '*' } }],
  };
  const role = { RoleName: 'Reader', Description: 'may read' };
  await iam.send(new CreateRoleCommand({ ...role, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new PutRolePolicyCommand({ ...role, PolicyName: 'own', PolicyDocument: policy }));
}

test(
  'somebody is found, looked at, given an access key, disabled with the consequences in sight, and enabled',
  options,
  async () => {
    await using stage = await startStage(['--trusted-proxies', '127.0.0.1']);
    const { administrator, server } = stage;
    const caller = { endpoint: server.endpoint, region, accessKey: administrator };
    await startTraffic({ ...caller, client: clientOf(stage), chance: chanceOf(1), isForwarding: true });
    await using window = await stage.open();
    const { page } = window;
    await window.goTo('/identities');
    await window.signIn(stage.administrator);
    await page.getByRole('row', { name: /files-api/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('button', { name: /^People/ }).click();
    await page.waitForURL(/kind=user/);
    await page.getByRole('row', { name: /files-api/ }).waitFor({ state: 'detached' });
    await page.getByLabel('State').selectOption('dormant');
    await page.getByText('Nobody is dormant').waitFor();
    await page.getByRole('button', { name: /^Roles/ }).click();
    await page.getByLabel('State').selectOption('all');
    await page.getByText('No roles yet').waitFor();
    await page.getByRole('button', { name: /^All/ }).click();
    await page.getByLabel('Filter identities').fill('files');
    await page.getByRole('row', { name: /files-api/ }).press('Enter');

    await page.getByRole('heading', { name: 'files-api' }).waitFor();
    const can = page.getByRole('region', { name: 'What it can do' });
    await can.getByText(/Decrypt, .*GenerateDataKey/).waitFor();
    await page
      .getByRole('region', { name: 'What it did' })
      .getByText(/events?\.|Nothing in/)
      .first()
      .waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    const keys = page.getByRole('region', { name: 'Access keys' });
    await keys.getByRole('button', { name: 'Create' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Create access key' }).click();
    const made = page.getByRole('dialog', { name: 'The new access key' });
    const id = await made.getByLabel('the access key’s id', { exact: true }).innerText();
    assert.match(await made.getByLabel('the secret access key', { exact: true }).innerText(), /^\S{40}$/);
    assert.deepEqual(await accessibilityFaults(page), []);
    await made.getByRole('button', { name: 'I have kept it' }).click();
    const item = keys.getByRole('listitem', { name: id });
    await item.getByRole('button', { name: 'Disable' }).click();
    await dialog.getByText('was never used').waitFor();
    await dialog.getByRole('button', { name: 'Disable access key' }).click();
    await item.getByText('disabled', { exact: true }).waitFor();
    await item.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByLabel(/to confirm/).fill(id);
    await dialog.getByRole('button', { name: 'Delete access key' }).click();
    await item.waitFor({ state: 'detached' });

    await page.getByRole('region', { name: 'Policies' }).getByText('default').click();
    await page.getByLabel('the policy default', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Check' }).click();
    await page.getByText('Nothing is said against them').waitFor();

    await page.locator('header').getByRole('button', { name: 'Disable' }).click();
    await dialog.getByText(/access key and 0 certificates stop working/).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole('button', { name: 'Disable files-api' }).click();
    await page.getByRole('heading', { name: /files-api\s*disabled/ }).waitFor();
    await page.getByRole('button', { name: 'Enable', exact: true }).click();
    await dialog.getByRole('button', { name: 'Enable files-api' }).click();
    await page.getByRole('button', { name: 'Disable', exact: true }).first().waitFor();
  },
);

test(
  'in the dark: sessions are ended and a quarantine is put and lifted; a role has a page of its own',
  options,
  async () => {
    await using stage = await startStage();
    const { administrator, server } = stage;
    const client = clientOf(stage);
    await client.createPrincipal({ name: 'ann', type: 'user' });
    const key = await client.createCredential('ann');
    const policy = {
      Version: '2012-10-17',
      Statement: [
        { Effect: 'Allow', Action: ['keywitness:CreateSession', 'keywitness:ListEvents'], Resource: '*' },
      ],
    };
    await client.putPrincipalPolicy('ann', 'own', JSON.stringify(policy));
    const ann = createApiClient({
      endpoint: server.endpoint,
      region,
      credentials: () => Promise.resolve(key),
    });
    const session = await ann.sessions.create();
    await makeRole(stage, JSON.stringify(policy));
    await using window = await stage.open({ theme: 'dark', widthPx: 900 });
    const { page } = window;
    await window.goTo('/identities/ann');
    await window.signIn(administrator);
    const sessions = page.getByRole('region', { name: 'Live sessions' });
    const live = sessions.getByRole('listitem', { name: session.accessKeyId });
    await live.getByRole('button', { name: 'End' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'End the session' }).click();
    await live.waitFor({ state: 'detached' });

    const quarantine = page.getByRole('region', { name: 'Quarantine' });
    await quarantine.getByRole('button', { name: 'Quarantine' }).click();
    await dialog.getByLabel('Why').fill('her laptop was stolen');
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole('button', { name: 'Quarantine' }).click();
    await quarantine.getByText('her laptop was stolen').waitFor();
    await page.getByRole('heading', { name: /ann\s*quarantined/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await quarantine.getByRole('button', { name: 'Release' }).click();
    await dialog.getByRole('button', { name: 'Release' }).click();
    await quarantine.getByText('her laptop was stolen').waitFor({ state: 'detached' });

    await page.getByRole('link', { name: 'Identities' }).first().click();
    await page.getByRole('row', { name: /Reader/ }).click();
    await page.getByRole('heading', { name: /Reader\s*role/ }).waitFor();
    await page.getByText('may read').waitFor();
    await page.getByText('Trust policy').click();
    assert.match(
      await page.getByLabel('the policy Trust policy', { exact: true }).innerText(),
      /sts:AssumeRole/,
    );
    await page.getByRole('region', { name: 'Policies' }).getByText('own').waitFor();
    await page
      .getByRole('region', { name: 'What it can do' })
      .getByText(/keywitness:ListEvents/)
      .waitFor();
    await page.getByRole('button', { name: 'End all' }).click();
    await dialog.getByRole('button', { name: 'End all sessions' }).click();
    await dialog.waitFor({ state: 'detached' });
    assert.deepEqual(await accessibilityFaults(page), []);
  },
);

test('who may not see identities is told what is missing, for each part', options, async () => {
  await using stage = await startStage();
  const client = clientOf(stage);
  await client.createPrincipal({ name: 'nobody', type: 'user' });
  const key = await client.createCredential('nobody');
  await using window = await stage.open();
  const { page } = window;
  window.expect(/status of 403/);
  await window.goTo('/identities');
  await window.signIn(key);
  assert.match(await page.getByRole('alert').innerText(), /keywitness:ListPrincipals/);
  assert.deepEqual(await accessibilityFaults(page), []);
  await window.goTo('/identities/admin');
  for (const name of [
    'What it did',
    'What it can do',
    'Access keys',
    'Live sessions',
    'Quarantine',
    'Policies',
  ]) {
    await page
      .getByRole('region', { name, exact: true })
      .getByText('You may not see this.')
      .first()
      .waitFor();
  }
  assert.deepEqual(await accessibilityFaults(page), []);
});
