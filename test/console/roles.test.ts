import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AttachUserPolicyCommand, IAMClient } from '@aws-sdk/client-iam';
import { createApiClient } from '@keywitness/api';
import type { AccessKey } from '../running-server.ts';
import { accessibilityFaults } from './accessibility.ts';
import { type ConsoleStage, skipWithoutChromium, startStage } from './console-browser.ts';

const options = { skip: skipWithoutChromium };
const region = 'us-east-1';

/** Pages, and what each shows to who may see it. */
const pages = [
  ['/', /^Overview/],
  ['/audit', /^Audit/],
  ['/access?asset=customer%3D4711', /customer=4711/],
  ['/keys', /Keys/],
  ['/identities', /Identities/],
  ['/incidents', /Incidents/],
  ['/settings/channels', /Settings/],
  ['/settings/rules', /Settings/],
  ['/settings/trust', /Settings/],
  ['/settings/service', /Settings/],
] as const;

/** Built-in policies by what those who have them are refused on some page: a permission, or nothing. */
const roles: ReadonlyMap<string, RegExp | undefined> = new Map([
  ['Administrator', undefined],
  ['Auditor', undefined],
  ['SecurityResponder', undefined],
  ['KeyAdministrator', /keywitness:ListEvents/],
  ['Operator', /keywitness:ListEvents/],
]);

let stage: ConsoleStage | undefined;

before(async () => {
  if (skipWithoutChromium === false) stage = await startStage();
});
after(async () => {
  await stage?.[Symbol.asyncDispose]();
});

/** Somebody with one built-in policy. */
async function hire(policy: string): Promise<AccessKey> {
  assert(stage !== undefined);
  const { administrator, server } = stage;
  const { endpoint } = server;
  const client = createApiClient({ endpoint, region, credentials: () => Promise.resolve(administrator) });
  const name = `with-${policy}`;
  await client.createPrincipal({ name, type: 'user' });
  const iam = new IAMClient({ endpoint, region, credentials: administrator });
  await iam.send(
    new AttachUserPolicyCommand({
      UserName: name,
      PolicyArn: `arn:aws:iam::aws:policy/keywitness/${policy}`,
    }),
  );
  return client.createCredential(name);
}

for (const [policy, missing] of roles) {
  test(`who has the policy ${policy} sees every page, or what is missing to see it`, options, async () => {
    assert(stage !== undefined);
    const key = await hire(policy);
    await using window = await stage.open();
    const { page } = window;
    window.expect(/status of 403/);
    await window.goTo('/');
    await window.signIn(key);
    const refusals: string[] = [];
    for (const [address, content] of pages) {
      await window.goTo(address);
      const main = page.locator('#main');
      await main.getByRole('heading', { level: 1 }).first().waitFor();
      const loading = main.locator('.loading');
      while ((await loading.count()) > 0) await loading.first().waitFor({ state: 'detached' });
      const text = await main.innerText();
      assert.match(text, content, `${policy} ${address}`);
      assert.doesNotMatch(text, /The console made a mistake/, `${policy} ${address}`);
      refusals.push(...(text.match(/keywitness:[A-Z]\w+|kms:[A-Z]\w+|iam:[A-Z]\w+/g) ?? []));
      assert.deepEqual(await accessibilityFaults(page), [], `${policy} ${address}`);
    }
    if (missing === undefined) assert.deepEqual(refusals, []);
    else assert.match(refusals.join(' '), missing);
  });
}
