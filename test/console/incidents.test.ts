import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createApiClient } from '@keywitness/api';
import { chanceOf, startTraffic, stories, type Traffic } from '../../packages/cli/src/demo/index.ts';
import { accessibilityFaults } from './accessibility.ts';
import { type ConsoleStage, skipWithoutChromium, startStage } from './console-browser.ts';

const options = { skip: skipWithoutChromium };
const region = 'us-east-1';

/** A company at the service, and its administrator. */
async function found(stage: ConsoleStage): Promise<{ readonly traffic: Traffic }> {
  const { administrator, server } = stage;
  const { endpoint } = server;
  const client = createApiClient({ endpoint, region, credentials: () => Promise.resolve(administrator) });
  const caller = { endpoint, region, accessKey: administrator };
  return { traffic: await startTraffic({ ...caller, client, chance: chanceOf(1), isForwarding: true }) };
}

test(
  'an incident is found in the queue, looked at, taken, noted, resolved and reopened',
  options,
  async () => {
    await using stage = await startStage(['--trusted-proxies', '127.0.0.1']);
    const { traffic } = await found(stage);
    await using window = await stage.open();
    const { page } = window;
    await window.goTo('/incidents?level=critical');
    await window.signIn(stage.administrator);
    await page.getByText('No incident fits').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    for (const story of stories.filter(({ name }) => name === 'stolen')) await story.happen(traffic, true);

    await page.getByLabel('Level').selectOption('high');
    const row = page.getByRole('row', { name: /Denied on many keys/ }).first();
    while (!(await row.isVisible())) {
      await page.reload();
      await page.getByRole('heading', { name: 'Incidents' }).waitFor();
    }
    assert.deepEqual(await accessibilityFaults(page), []);
    await row.click();
    await page.getByRole('heading', { name: /Denied on many keys/ }).waitFor();
    // What its events were is told by their entries until they are read, and in words then.
    const timeline = page.getByRole('region', { name: 'Timeline' });
    await timeline
      .getByRole('listitem')
      .filter({ hasText: /: (key|alias)\./ })
      .first()
      .waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole('button', { name: 'Assign to me' }).click();
    await page.getByRole('button', { name: 'Assign to me' }).waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('acknowledged', { exact: true }).waitFor();
    await page.getByLabel('Note').fill('the key was in a public repository');
    await page.getByRole('button', { name: 'Add note' }).click();
    await page.getByRole('listitem').filter({ hasText: 'the key was in a public repository' }).waitFor();
    await page.getByRole('button', { name: 'Resolve' }).click();
    const dialog = page.getByRole('dialog', { name: 'Resolve the incident' });
    await dialog.getByLabel('It turned out to be').selectOption('true-positive');
    await dialog.getByLabel('Why').fill('its access key was replaced');
    assert.deepEqual(await accessibilityFaults(page), []);
    await dialog.getByRole('button', { name: 'Resolve' }).click();
    await page.getByText('Resolved as true-positive.').waitFor();
    await page.getByRole('button', { name: 'Reopen' }).click();
    await page.getByText('open', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Its events' }).click();
    await page.waitForURL(/\/console\/audit\?.*principal=arn/);
  },
);

test('a step that a playbook proposes is approved, done and undone', options, async () => {
  await using stage = await startStage(['--trusted-proxies', '127.0.0.1']);
  const { administrator, server } = stage;
  const { traffic } = await found(stage);
  const client = createApiClient({
    endpoint: server.endpoint,
    region,
    credentials: () => Promise.resolve(administrator),
  });
  await client.playbooks.put('contain', {
    rules: ['denied-breadth'],
    steps: [{ action: 'disable-credential' }],
    mode: 'propose',
  });
  for (const story of stories.filter(({ name }) => name === 'stolen')) await story.happen(traffic, true);
  let incidentId: string | undefined;
  while (incidentId === undefined) {
    const { incidents } = await client.incidents.listPage({ rule: 'denied-breadth' });
    for (const each of incidents) {
      const { remediations } = await client.incidents.get(each.incidentId);
      if (remediations.length > 0) incidentId = each.incidentId;
    }
  }
  await using window = await stage.open({ theme: 'dark' });
  const { page } = window;
  await window.goTo(`/incidents/${incidentId}`);
  await window.signIn(administrator);
  const steps = page.getByRole('region', { name: 'Remediation' });
  await steps.getByRole('button', { name: 'Approve' }).click();
  const dialog = page.getByRole('dialog');
  assert.deepEqual(await accessibilityFaults(page), []);
  await dialog.getByRole('button', { name: 'Approve' }).click();
  await steps.getByText('done', { exact: true }).waitFor();
  await steps.getByRole('button', { name: 'Undo' }).click();
  await dialog.getByRole('button', { name: 'Undo' }).click();
  await steps.getByText('undone', { exact: true }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
});

test('who may not see incidents is told what permission is missing', options, async () => {
  await using stage = await startStage();
  const { administrator, server } = stage;
  const client = createApiClient({
    endpoint: server.endpoint,
    region,
    credentials: () => Promise.resolve(administrator),
  });
  await client.createPrincipal({ name: 'nobody', type: 'user' });
  const key = await client.createCredential('nobody');
  await using window = await stage.open();
  window.expect(/status of 403/);
  await window.goTo('/incidents');
  await window.signIn(key);
  const alert = window.page.getByRole('alert');
  assert.match(await alert.innerText(), /keywitness:ListIncidents/);
  assert.deepEqual(await accessibilityFaults(window.page), []);
});
