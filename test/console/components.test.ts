import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { accessibilityFaults } from './accessibility.ts';
import { type ConsoleStage, skipWithoutChromium, startStage } from './console-browser.ts';
import { buildGallery, openGallery } from './gallery-page.ts';

const options = { skip: skipWithoutChromium };
let stage: ConsoleStage;

before(async () => {
  if (skipWithoutChromium !== false) return;
  await buildGallery();
  stage = await startStage();
});
after(() => stage?.[Symbol.asyncDispose]());

test('wide and narrow, light and dark, axe has nothing against any component', options, async () => {
  for (const look of [{ theme: 'light', widthPx: 900 }, { theme: 'dark' }] as const) {
    await using window = await stage.open(look);
    await openGallery(window);
    assert.deepEqual(await accessibilityFaults(window.page), [], JSON.stringify(look));
    await window.page.getByRole('button', { name: 'Open a dialog' }).click();
    assert.deepEqual(await accessibilityFaults(window.page), [], `a dialog, ${JSON.stringify(look)}`);
  }
});

test(
  'the rows of a table are gone through by keyboard, and only some of them are drawn',
  options,
  async () => {
    await using window = await stage.open();
    await openGallery(window);
    const { page } = window;
    const rows = page.getByRole('grid', { name: 'Events' }).getByRole('row');
    assert.ok((await rows.count()) < 80, 'of 400 rows, those are drawn that are seen');
    await rows.nth(1).focus();
    await page.keyboard.press('ArrowDown');
    assert.equal(await page.locator(':focus').getAttribute('aria-rowindex'), '3');
    await page.keyboard.press('End');
    await page.locator('[aria-rowindex="401"]:focus').waitFor();
    await page.keyboard.press('Home');
    await page.locator('[aria-rowindex="2"]:focus').waitFor();
  },
);

test('what cannot be undone is confirmed by typing its name', options, async () => {
  await using window = await stage.open();
  await openGallery(window);
  const { page } = window;
  await page.getByRole('button', { name: 'Open a dialog' }).click();
  const dialog = page.getByRole('dialog');
  const confirm = dialog.getByRole('button', { name: 'Schedule deletion' });
  assert.equal(await confirm.isEnabled(), false);
  await dialog.getByLabel('Type payroll to confirm').fill('payroll');
  await confirm.click();
  await dialog.waitFor({ state: 'hidden' });
});

test('a list is saved as CSV, and commands are copied', options, async () => {
  await using window = await stage.open();
  await openGallery(window);
  const { page } = window;
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  const saved = await download;
  assert.equal(saved.suggestedFilename(), 'events.csv');
  assert.match(readFileSync(await saved.path(), 'utf8'), /^time\r\n2030-05-17T12:00:00\.000Z\r\n/);

  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Command', exact: true }).click();
  await page.getByRole('button', { name: 'Copy the command' }).first().click();
  await page.getByText('Copied').first().waitFor();
  assert.match(
    String(await page.evaluate('navigator.clipboard.readText()')),
    /^aws kms describe-key --key-id arn:aws:kms:/,
  );
});

test('a span of time is chosen on a chart with the mouse', options, async () => {
  await using window = await stage.open();
  await openGallery(window);
  const { page } = window;
  const box = (await page.locator('.u-over').boundingBox()) ?? assert.fail('the chart has no place');
  await page.mouse.move(box.x + 100, box.y + 50);
  await page.mouse.down();
  await page.mouse.move(box.x + 300, box.y + 50, { steps: 4 });
  await page.mouse.up();
  await page.getByText(/^2030-05-1\dT\S+ to 2030-05-1\dT/).waitFor();
});

test('instants are in UTC or in the time of the browser, and the page remembers which', options, async () => {
  await using window = await stage.open();
  await window.goTo('/');
  await window.signIn(stage.administrator);
  const { page } = window;
  const ends = page.locator('.menu-head time');
  await page.getByRole('button', { name: 'Local' }).click();
  await page.reload();
  assert.equal(await page.getByRole('button', { name: 'Local' }).getAttribute('aria-pressed'), 'true');
  await page.getByRole('button', { name: 'Account: admin' }).click();
  assert.match((await ends.getAttribute('title')) ?? '', /UTC\n.*\+0[12]:00\n/);
});
