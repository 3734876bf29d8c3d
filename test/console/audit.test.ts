import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { CreateKeyCommand, DecryptCommand, GenerateDataKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { type ApiClient, createApiClient } from '@keywitness/api';
import type { APIResponse, Page, Route } from 'playwright-core';
import { type AccessKey, temporaryFolder } from '../running-server.ts';
import { accessibilityFaults } from './accessibility.ts';
import {
  type ConsoleStage,
  type ConsoleWindow,
  skipWithoutChromium,
  startStage,
  type WindowLook,
} from './console-browser.ts';

const options = { skip: skipWithoutChromium };
const run = promisify(execFile);
const region = 'us-east-1';
const brushMs = 4000;
const brushesMax = 5;
const EncryptionContext = { customer: '4711' };
/** A log without witnesses says so, which a bundle is asked for, and the browser complains of every such answer. */
const withoutWitnesses = /status of 404 .*\/log\/witnessed\/checkpoint$/;

/** A service with some history: a data key that was made and opened, by the administrator, and in vain by `reports`. */
let stage: ConsoleStage;
let client: ApiClient;
let reports: AccessKey;

before(async () => {
  if (skipWithoutChromium !== false) return;
  stage = await startStage();
  const { administrator, server } = stage;
  const { endpoint } = server;
  client = createApiClient({ endpoint, region, credentials: () => Promise.resolve(administrator) });
  const kms = new KMSClient({ endpoint, region, credentials: administrator, maxAttempts: 1 });
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const data = { KeyId: KeyMetadata?.KeyId, KeySpec: 'AES_256', EncryptionContext } as const;
  const { CiphertextBlob } = await kms.send(new GenerateDataKeyCommand(data));
  await kms.send(new DecryptCommand({ CiphertextBlob, EncryptionContext }));
  const shared = { customer: '4711', purpose: 'invoice' };
  await kms.send(new GenerateDataKeyCommand({ ...data, EncryptionContext: shared }));
  await client.createPrincipal({ name: 'reports', type: 'service' });
  reports = await client.createCredential('reports');
  const denied = new KMSClient({ endpoint, region, credentials: reports, maxAttempts: 1 });
  await assert.rejects(denied.send(new DecryptCommand({ CiphertextBlob, EncryptionContext })));
});

after(async () => {
  await stage?.[Symbol.asyncDispose]();
});

async function openAt(address: string, key: AccessKey, look?: WindowLook): Promise<ConsoleWindow> {
  const window = await stage.open(look);
  await window.goTo(address);
  await window.signIn(key);
  return window;
}

async function deniedEvent(): Promise<string> {
  const { events } = await client.listEventsPage({ principal: 'reports', action: 'key.decrypt', limit: 1 });
  return events[0]?.event.id ?? '';
}

/** The service's own answer to a request of the page; with what only browsers say about themselves. */
function fetched(route: Route, address: (url: string) => string = (url) => url): Promise<APIResponse> {
  const request = route.request();
  const headers = { ...request.headers(), 'sec-fetch-site': 'same-origin' };
  return route.fetch({ url: address(request.url()), headers });
}

/** Draws a span over the chart; again when the chart was drawn anew under the mouse. */
async function brushed(page: Page): Promise<void> {
  const chart = page.locator('.u-over');
  for (let attempt = 1; ; attempt += 1) {
    await chart.hover();
    const { width, height } = (await chart.boundingBox()) ?? { width: 0, height: 0 };
    const at = (part: number): { x: number; y: number } => ({ x: width * part, y: height / 2 });
    await chart.dragTo(chart, { sourcePosition: at(0.2), targetPosition: at(0.6) });
    try {
      await page.waitForURL(/from=.*to=/, { timeout: brushMs });
      return;
    } catch (error) {
      if (attempt === brushesMax) throw error;
    }
  }
}

function verdict(page: Page, title: string): Promise<void> {
  return page.locator('.proof-verdict', { hasText: title }).first().waitFor();
}

test(
  'search: tokens and suggestions become filters of the address, and a span is chosen on the chart',
  options,
  async () => {
    await using window = await openAt('/audit', stage.administrator);
    const { page } = window;
    const box = page.getByLabel('Search the record');
    await box.fill('outcome:denied rep');
    await page
      .getByRole('option', { name: /Principal reports/ })
      .first()
      .click();
    await page.waitForURL(/outcome=denied/);
    assert.equal(new URL(page.url()).searchParams.get('principal'), 'reports');
    const rows = page.getByRole('grid', { name: 'Events' }).getByRole('row');
    await rows.filter({ hasText: 'Decrypt' }).waitFor();
    assert.equal(await rows.count(), 2, 'the head and the one event');
    assert.deepEqual(await accessibilityFaults(page), []);

    await rows.filter({ hasText: 'Decrypt' }).click();
    const drawer = page.getByRole('dialog', { name: 'Event' });
    await drawer.getByText('reports was denied Decrypt').waitFor();
    assert.match(page.url(), /event=[0-9a-f-]{36}/);
    assert.deepEqual(await accessibilityFaults(page), []);
    await drawer.getByRole('button', { name: /Only this: Asset/ }).click();
    await page.waitForURL(/asset=customer%3D4711/);

    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.waitForURL((url) => url.search === '');
    await page.getByRole('button', { name: 'Most frequent' }).click();
    await page.getByRole('list', { name: 'Assets' }).getByText('customer=4711').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('button', { name: 'Events', exact: true }).click();
    await page.waitForURL((url) => url.search === '');
    await box.fill('who:reports');
    await page.keyboard.press('Enter');
    await page.waitForURL(/principal=reports/);
    await page.getByRole('button', { name: /Remove Principal/ }).click();
    await page.waitForURL((url) => url.search === '');
    await page.getByRole('grid', { name: 'Events' }).getByText('CreateKey').waitFor();

    await brushed(page);
    const { searchParams } = new URL(page.url());
    assert.ok(Date.parse(searchParams.get('from') ?? '') <= Date.parse(searchParams.get('to') ?? ''));
    await page.getByRole('button', { name: 'Whole time' }).click();
    await page.waitForURL((url) => url.search === '');
  },
);

test('what is listed can be saved, and the command line is told how to list the same', options, async () => {
  await using window = await openAt('/audit?principal=reports', stage.administrator);
  const { page } = window;
  await page.getByRole('button', { name: 'Export' }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: /CSV/ }).first().click();
  const csv = readFileSync(await (await download).path(), 'utf8');
  assert.match(csv, /^index,id,time,who,/);
  assert.match(
    csv,
    /,reports,arn:aws:iam::\d{12}:user\/reports,.*,key\.decrypt,Decrypt,.*,denied,AccessDenied/,
  );
  await page.getByRole('button', { name: 'Command', exact: true }).click();
  await page.getByText('keywitness audit list --principal reports', { exact: true }).waitFor();
});

test('an event is verified by the browser, shows why it was denied, and is remembered', options, async () => {
  await using window = await openAt(`/events/${await deniedEvent()}`, stage.administrator, { theme: 'dark' });
  const { page } = window;
  await verdict(page, 'Verified in this browser');
  await page
    .getByText(/no identity-based policy allows it/)
    .first()
    .waitFor();
  await page.getByText(/meets this log for the first time/).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.reload();
  await verdict(page, 'Verified in this browser');
  await page.getByText('The service shows the key that was pinned on first use.').waitFor();
  await page.getByText(/begins with that of/).waitFor();

  await page.getByRole('button', { name: 'CloudTrail' }).click();
  await page.getByText(/"eventSource": "kms.amazonaws.com"/).waitFor();
  await page.getByRole('button', { name: 'OCSF' }).click();
  await page.getByText(/"class_uid"/).waitFor();
  await page.getByRole('button', { name: 'Same data key' }).click();
  await page.getByRole('grid', { name: 'Related events' }).getByText('GenerateDataKey').waitFor();
});

test('the statement that decided is marked in the text of its policy', options, async () => {
  const { events } = await client.listEventsPage({ action: 'key.generate-data-key', limit: 1 });
  await using window = await openAt(`/events/${events[0]?.event.id ?? ''}`, stage.administrator);
  const { page } = window;
  await page.getByText('the text that decided').first().waitFor();
  const statement: unknown = JSON.parse((await page.locator('mark').first().innerText()).replace(/,$/, ''));
  assert.ok(typeof statement === 'object' && statement !== null && 'Effect' in statement);
  assert.equal(statement.Effect, 'Allow');
  assert.deepEqual(await accessibilityFaults(page), []);
});

test(
  'an event that was changed on the way fails, and the page says which step and why',
  options,
  async () => {
    const eventId = await deniedEvent();
    await using window = await openAt('/audit', stage.administrator);
    const { page } = window;
    await page.route(`**/v1/events/${eventId}`, async (route) => {
      const response = await fetched(route);
      const body: unknown = await response.json();
      assert.ok(typeof body === 'object' && body !== null && 'leaf' in body);
      const text = Buffer.from(String(body.leaf), 'base64').toString('utf8');
      const changed = text.replaceAll('"denied"', '"success"');
      assert.notEqual(changed, text);
      await route.fulfill({ response, json: { ...body, leaf: Buffer.from(changed).toString('base64') } });
    });
    await window.goTo(`/events/${eventId}`);
    await verdict(page, 'Verification failed');
    const step = page.locator('.proof-failed');
    assert.equal(await step.count(), 1);
    assert.match(await step.innerText(), /The log has exactly these bytes\s*does not hold/);
    assert.match(await step.innerText(), /not what the log has as entry \d+: they were changed/);
    assert.deepEqual(await accessibilityFaults(page), []);
  },
);

test('another event in its place fails, and so does a log with another key', options, async () => {
  const eventId = await deniedEvent();
  const { events } = await client.listEventsPage({ action: 'key.create', limit: 1 });
  const other = events[0]?.event.id ?? '';
  await using window = await openAt('/audit', stage.administrator);
  const { page } = window;
  for (const part of ['', '/proof']) {
    await page.route(`**/v1/events/${eventId}${part}`, async (route) =>
      route.fulfill({
        response: await fetched(route, (url) => url.replace(eventId, other)),
      }),
    );
  }
  await window.goTo(`/events/${eventId}`);
  await verdict(page, 'Verification failed');
  assert.match(
    await page.locator('.proof-failed').innerText(),
    /another event than the one that was asked for/,
  );

  await page.unrouteAll();
  await page.route('**/log/log.vkey', (route) => route.fulfill({ body: `${otherKey}\n` }));
  await window.goTo(`/events/${other}`);
  await verdict(page, 'Verification failed');
  assert.match(
    await page.locator('.proof-failed').innerText(),
    /another key than the one that this browser has pinned/,
  );
});

/** Of another log (C2SP signed-note, the example of its specification). */
const otherKey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';

test(
  'who accessed an asset is complete, with direct use and leases told apart; nobody is proven as well',
  options,
  async () => {
    await using window = await openAt('/access', stage.administrator);
    const { page } = window;
    await page.getByText('Who touched what belongs to whom?').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('combobox', { name: 'Asset', exact: true }).fill('customer=47');
    await page.getByRole('option', { name: 'customer=4711' }).click();
    await verdict(page, 'Verified in this browser');
    await page.getByText('1 principal accessed customer=4711; 1 other tried in vain.').waitFor();
    await page.getByText(/None was left out, up to entry [\d,]+ of the log, signed at/).waitFor();
    assert.match(
      await page.locator('.stats').innerText(),
      /alone\s*2\s[^]*others\s*1\s[^]*later use\s*3\s[^]*failed\s*1\s/,
    );
    assert.deepEqual(await accessibilityFaults(page), []);
    await page.getByRole('grid', { name: 'Principals' }).getByText('reports').click();
    await page.waitForURL(/principal=/);
    assert.equal(await page.getByRole('grid', { name: 'Events' }).getByRole('row').count(), 2);

    await page.getByRole('combobox', { name: 'Asset', exact: true }).fill('customer=none');
    await page.keyboard.press('Enter');
    await page.getByText('Nobody touched customer=none', { exact: true }).waitFor();
    await page.getByText(/This is proven: up to entry/).waitFor();
  },
);

test('an answer that lacks an event is not shown', options, async () => {
  await using window = await openAt('/audit', stage.administrator);
  const { page } = window;
  await page.route(/\/v1\/answers\?/, async (route) => {
    const response = await fetched(route);
    const text = await response.text();
    const short = text.replace(/\{"index":\d+,[^}]*\},/, '');
    assert.notEqual(short, text);
    await route.fulfill({ response, body: short });
  });
  await window.goTo('/access?asset=customer%3D4711');
  await verdict(page, 'Verification failed');
  assert.match(await page.locator('.proof-failed').innerText(), /None was left out\s*does not hold/);
  assert.equal(await page.getByRole('grid').count(), 0);
});

test(
  'a bundle of evidence is made and checked in the browser, and the command line finds it good',
  options,
  async () => {
    await using folder = temporaryFolder();
    await using window = await openAt('/access?asset=customer%3D4711', stage.administrator);
    const { page } = window;
    window.expect(withoutWitnesses);
    await page.getByRole('button', { name: 'Evidence bundle' }).click();
    await page.getByRole('button', { name: 'Make the bundle' }).click();
    await page.getByText('was checked as its readers will check it').waitFor();
    assert.deepEqual(await accessibilityFaults(page), []);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save customer-4711.kwz' }).click();
    const bundle = join(folder.path, 'customer-4711.kwz');
    await (await download).saveAs(bundle);
    const vkey = join(folder.path, 'log.vkey');
    writeFileSync(vkey, (await client.logFetch('log.vkey')) ?? '');
    const cli = 'packages/cli/src/main.ts';
    const { stdout } = await run(process.execPath, [cli, 'evidence', 'check', bundle, '--key', vkey]);
    assert.match(stdout, /^COMPLETE {4}these are all 4 events of this subject$/m);
  },
);

test('whoever may not read the record is told what is missing, on every page', options, async () => {
  const eventId = await deniedEvent();
  await using window = await openAt('/audit', reports);
  const { page } = window;
  window.expect(/status of 403/);
  for (const [address, permission] of [
    ['/audit', 'keywitness:ListEvents'],
    [`/events/${eventId}`, 'keywitness:GetEvent'],
    ['/access?asset=customer%3D4711', 'keywitness:GetAnswer'],
  ] as const) {
    await window.goTo(address);
    const alert = page.getByRole('alert').first();
    await alert.getByText('You may not do this').waitFor();
    assert.match(await alert.innerText(), new RegExp(permission));
    assert.deepEqual(await accessibilityFaults(page), []);
  }
});
