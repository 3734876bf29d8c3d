import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { test } from 'node:test';
import { createApiClient } from '@keywitness/api';
import { accessibilityFaults } from './accessibility.ts';
import { skipWithoutChromium, startStage } from './console-browser.ts';

const options = { skip: skipWithoutChromium };

test(
  'channels are tested and switched, rules tried on the past, and trust and settings shown',
  options,
  async () => {
    const messages: string[] = [];
    await using receiver = createServer((request, response) => {
      request.setEncoding('utf8').on('data', (text: string) => messages.push(text));
      request.on('end', () => response.end());
    });
    receiver.listen(0, '127.0.0.1');
    await once(receiver, 'listening');
    const address = receiver.address();
    if (address === null || typeof address === 'string') throw new TypeError('it listens on a port');
    await using stage = await startStage([
      '--notify-allow-addresses',
      '127.0.0.1',
      '--dangerously-allow-notify-plain-http',
    ]);
    const { administrator, server } = stage;
    const client = createApiClient({
      endpoint: server.endpoint,
      region: 'us-east-1',
      credentials: () => Promise.resolve(administrator),
    });
    await using window = await stage.open();
    const { page } = window;
    await window.goTo('/settings/channels');
    await window.signIn(administrator);
    await page.getByText('Nobody is told yet').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    await client.channels.put('on-call', {
      type: 'webhook',
      secrets: { url: `http://127.0.0.1:${address.port}/` },
      levelMin: 'high',
    });
    await page.reload();
    const channel = page.getByRole('region', { name: 'on-call' });
    await channel.getByRole('button', { name: 'Send a test' }).click();
    await channel.getByText(/sent in|failed/).waitFor();
    assert.match(await channel.innerText(), /sent in/);
    assert(messages.length > 0);
    assert.deepEqual(await accessibilityFaults(page), []);
    await channel.getByRole('button', { name: 'Disable' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await channel.getByText('disabled', { exact: true }).waitFor();

    await page.getByRole('link', { name: 'Rules' }).click();
    await page.getByLabel('Filter rules').fill('administrator');
    await page.getByRole('row', { name: /administrator-used/ }).click();
    await page.getByRole('button', { name: /Try it on the last/ }).click();
    await page.getByText(/There would have been 1 incident/).waitFor();
    await page.getByRole('figure', { name: /Incidents a day/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Log and witnesses' }).click();
    await page.getByText('Nobody else vouches for this log').waitFor();
    await page
      .getByText(/\+[0-9a-f]{8}\+/)
      .first()
      .waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);

    await page.getByRole('link', { name: 'Service' }).click();
    await page.getByLabel('Only what was set').check();
    await page.getByRole('row', { name: /notify-allow-addresses/ }).waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
  },
);
