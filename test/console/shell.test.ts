import assert from 'node:assert/strict';
import { test } from 'node:test';
import { accessibilityFaults } from './accessibility.ts';
import { skipWithoutChromium, startStage } from './console-browser.ts';

const options = { skip: skipWithoutChromium };

test('by keyboard alone: sign in by access key, go around, and sign out', options, async () => {
  await using stage = await startStage();
  await using window = await stage.open();
  const { page } = window;
  await window.goTo('/keys?text=payroll');
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.getByLabel('Access key ID').focus();
  await page.keyboard.type(stage.administrator.accessKeyId);
  await page.keyboard.press('Tab');
  await page.keyboard.type(stage.administrator.secretAccessKey);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Keys' }).waitFor();
  assert.ok(page.url().endsWith('/console/keys?text=payroll'), 'whoever signs in is where they wanted to be');
  assert.deepEqual(await accessibilityFaults(page), []);

  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Commands' }).waitFor();
  assert.deepEqual(await accessibilityFaults(page), []);
  await page.keyboard.type('incid');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Incidents' }).waitFor();

  await page.keyboard.press('/');
  await page.keyboard.type('customer=4711');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/console/access?asset=customer%3D4711');
  await page.getByText('Nobody touched customer=4711').waitFor();

  await page.keyboard.press('Control+k');
  await page.keyboard.type('sign out');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Sign in to Keywitness' }).waitFor();
  assert.deepEqual(await page.context().cookies(), []);
});

test('a wrong secret is refused, with what to do and where it is on the record', options, async () => {
  await using stage = await startStage();
  await using window = await stage.open();
  const { page } = window;
  window.expect(/status of 401/);
  await window.goTo('/');
  await page.getByLabel('Access key ID').fill(stage.administrator.accessKeyId);
  await page.getByLabel('Secret access key').fill('wrong');
  await page.getByRole('button', { name: 'Sign in' }).click();
  const alert = page.getByRole('alert');
  assert.match(await alert.innerText(), /access key was not accepted/);
  assert.match(await alert.innerText(), /Request\s+[0-9a-f-]{36}/);
  assert.deepEqual(await accessibilityFaults(page), []);
});

test(
  'the search box suggests what the record has, and a session that has ended leads to the sign-in',
  options,
  async () => {
    await using stage = await startStage();
    await using window = await stage.open();
    const { page } = window;
    await window.goTo('/settings');
    await window.signIn(stage.administrator);
    await page.keyboard.press('/');
    await page.keyboard.type('admin');
    await page.getByRole('option', { name: 'Open the identity user/admin' }).click();
    await page.waitForURL('**/console/identities/admin');

    // AWS's services say 403 to whoever does not say who they are.
    window.expect(/status of 40[13]/);
    await page.context().clearCookies();
    await page.keyboard.press('/');
    await page.keyboard.type('else');
    await page.getByText('Your session has ended').waitFor();
    await window.signIn(stage.administrator);
    assert.ok(page.url().endsWith('/console/identities/admin'), 'they go on where they were');
  },
);
