import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ApiClient, createApiClient } from '@keywitness/api';
import { chanceOf, startTraffic, stories } from '../../packages/cli/src/demo/index.ts';
import { accessibilityFaults } from './accessibility.ts';
import { type ConsoleStage, skipWithoutChromium, startStage } from './console-browser.ts';

const options = { skip: skipWithoutChromium };
const region = 'us-east-1';

function clientOf({ administrator, server }: ConsoleStage): ApiClient {
  const { endpoint } = server;
  return createApiClient({ endpoint, region, credentials: () => Promise.resolve(administrator) });
}

test(
  'a new installation is taught its first steps; what happens then is shown as it happens',
  options,
  async (t) => {
    await using stage = await startStage(['--trusted-proxies', '127.0.0.1']);
    const { administrator, server } = stage;
    await using window = await stage.open();
    const { page } = window;
    await window.goTo('/');
    await window.signIn(administrator);
    await page.getByRole('heading', { name: 'First steps' }).waitFor();
    await page.getByText('No key needs anything').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    const now = page.getByRole('region', { name: 'Now' });
    await now.getByText('live', { exact: true }).waitFor();
    const caller = { endpoint: server.endpoint, region, accessKey: administrator };
    const client = clientOf(stage);
    const traffic = await startTraffic({ ...caller, client, chance: chanceOf(1), isForwarding: true });
    await client.disablePrincipal('former-contractor');
    await now.getByRole('row', { name: /DisablePrincipal/ }).waitFor();

    // Held while somebody goes through it by keyboard, and while it is paused.
    await now.getByRole('row').nth(1).focus();
    for (const { happen, name } of stories) if (name === 'stolen') await happen(traffic, true);
    await now.getByText(/newer events?, held while you look/).waitFor();
    await page.keyboard.press('p');
    await now.getByText('paused', { exact: true }).waitFor();
    await page.keyboard.press('p');
    await now.getByRole('button', { name: 'Pause' }).focus();
    await now.getByRole('button', { name: 'Not allowed' }).click();
    await now
      .getByRole('row', { name: /Denied/ })
      .first()
      .waitFor();
    assert.equal(await now.getByRole('row', { name: /Allowed/ }).count(), 0);

    await page.reload();
    await page.getByRole('region', { name: 'Open incidents' }).getByRole('link').nth(1).waitFor();
    await now.getByText('live', { exact: true }).waitFor();
    const speed = await page.evaluate(`
      JSON.stringify({
        interactive: Math.round(performance.getEntriesByType('navigation')[0].domInteractive),
        firstPaint: Math.round(performance.getEntriesByName('first-contentful-paint')[0].startTime),
        allParts: Math.round(Math.max(...performance.getEntriesByType('resource')
          .filter(({ initiatorType, responseEnd }) => initiatorType === 'fetch' && responseEnd > 0)
          .map(({ responseEnd }) => responseEnd))),
      })
    `);
    t.diagnostic(`milliseconds from the address to the overview: ${String(speed)}`);
    await page.getByRole('button', { name: '7 d' }).click();
    await page.waitForURL(/range=7d/);
    await page.getByRole('figure', { name: /the last 7 days/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page
      .getByRole('region', { name: 'Attempts' })
      .getByRole('link', { name: /denied, see them/ })
      .click();
    await page.waitForURL(/\/console\/audit\?outcome=denied/);
  },
);

test('in the dark: incidents, keys and health, each with a way to it', options, async () => {
  await using stage = await startStage(['--trusted-proxies', '127.0.0.1']);
  const { administrator, server } = stage;
  const client = clientOf(stage);
  const caller = { endpoint: server.endpoint, region, accessKey: administrator };
  const traffic = await startTraffic({ ...caller, client, chance: chanceOf(1), isForwarding: true });
  for (const { happen, name } of stories) if (name === 'stolen') await happen(traffic, true);
  await using window = await stage.open({ theme: 'dark', widthPx: 900 });
  const { page } = window;
  await window.goTo('/?range=1h');
  await window.signIn(administrator);
  const health = page.getByRole('region', { name: 'Log health' });
  await health.getByText('Nobody else vouches', { exact: false }).waitFor();
  assert.match(await health.innerText(), /Disk\s+[\d.]+ \wB free/);
  await page.getByRole('link', { name: 'Rotation overdue or off' }).waitFor();
  await page.getByRole('figure', { name: /the last hour/ }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByRole('link', { name: 'Rotation overdue or off' }).click();
  await page.waitForURL(/\/console\/keys\?needs=rotation/);
});

test('who may see nothing of it is told so for each part, and the page stands', options, async () => {
  await using stage = await startStage();
  const client = clientOf(stage);
  await client.createPrincipal({ name: 'nobody', type: 'user' });
  const key = await client.createCredential('nobody');
  await using window = await stage.open();
  const { page } = window;
  window.expect(/status of 403/);
  await window.goTo('/');
  await window.signIn(key);
  const parts = [
    ['Attempts', 'GetEventHistogram'],
    ['Now', 'ListEvents'],
    ['Open incidents', 'ListIncidents'],
    ['Keys needing attention', 'ListKeySummaries'],
    ['Log health', 'GetStatus'],
  ] as const;
  for (const [name, permission] of parts) {
    const part = page.getByRole('region', { name });
    await part.getByText('You may not see this.').waitFor();
    assert.match(await part.innerText(), new RegExp(permission), name);
  }
  assert.deepEqual(await accessibilityFaults(page), []);
});

test(
  'who may read the record and not follow it is told, and goes on when it is permitted',
  options,
  async () => {
    await using stage = await startStage();
    const client = clientOf(stage);
    const permit = (...actions: readonly string[]): Promise<unknown> =>
      client.putPrincipalPolicy(
        'reader',
        'own',
        JSON.stringify({
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Action: actions, Resource: '*' }],
        }),
      );
    await client.createPrincipal({ name: 'reader', type: 'user' });
    await permit('keywitness:ListEvents');
    const key = await client.createCredential('reader');
    await using window = await stage.open();
    const { page } = window;
    window.expect(/status of 403/);
    await window.goTo('/');
    await window.signIn(key);
    const now = page.getByRole('region', { name: 'Now' });
    await now.getByText('Newer events do not come', { exact: false }).waitFor();
    await now.getByRole('row', { name: /CreateCredential/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await permit('keywitness:ListEvents', 'keywitness:TailEvents');
    await now.getByRole('button', { name: 'Try again' }).click();
    await now.getByText('live', { exact: true }).waitFor();
    await client.createPrincipal({ name: 'somebody', type: 'user' });
    await client.disablePrincipal('somebody');
    await now.getByRole('row', { name: /DisablePrincipal/ }).waitFor();
  },
);
