import type { Page } from 'playwright-core';

/** The pages by the names of their pictures. Each is shown to an administrator. */
export const pages: ReadonlyMap<string, string> = new Map([
  ['overview', '/'],
  ['audit', '/audit?principal=payments-api'],
  ['access', '/access?asset=card%3Don-file'],
  ['event', '/events/…'],
  ['keys', '/keys'],
  ['key', '/keys/alias%2Fdemo%2Fcustomer-files'],
  ['key-policy', '/keys/alias%2Fdemo%2Fcustomer-files/policy'],
  ['key-rotation', '/keys/alias%2Fdemo%2Fcustomer-files/rotation'],
  ['key-use', '/keys/alias%2Fdemo%2Fcustomer-files/use'],
  ['key-grants', '/keys/alias%2Fdemo%2Fcustomer-files/grants'],
  ['identities', '/identities'],
  ['identity', '/identities/files-api'],
  ['incidents', '/incidents'],
  ['incident', '/incidents/…'],
  ['settings', '/settings'],
  ['settings-rules', '/settings/rules?rule=mass-decrypt'],
  ['settings-trust', '/settings/trust'],
  ['settings-service', '/settings/service'],
]);

/** Everything is there that a page asks for at first. The live stream is never done, so the network tells nothing. */
export async function settled(page: Page): Promise<void> {
  const waiting = page.locator('.loading, .chart-wait');
  while ((await waiting.count()) > 0) await waiting.first().waitFor({ state: 'detached' });
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  await page.evaluate(
    'new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(() => drawn())))',
  );
}

/** The page of the newest incident of the rule that finds most to show. */
async function incidentAddress(page: Page): Promise<string> {
  const id: unknown = await page.evaluate(
    `fetch('/v1/incidents?rule=denied-breadth&limit=1').then((response) => response.json()).then(({ incidents }) => incidents[0].incidentId)`,
  );
  return `/incidents/${String(id)}`;
}

/** The page of the newest event that has all that such a page shows: a key, assets, and a policy that allowed it. */
async function eventAddress(page: Page): Promise<string> {
  const query = '/v1/events?action=key.decrypt&principal=payments-api&outcome=success&limit=1';
  const id: unknown = await page.evaluate(
    `fetch('${query}').then((response) => response.json()).then(({ events }) => events[0].event.id)`,
  );
  return `/events/${String(id)}`;
}

/** Where a page is; some are about the newest thing of a kind. */
export async function addressOf(page: Page, name: string): Promise<string> {
  if (name === 'event') return eventAddress(page);
  return name === 'incident' ? incidentAddress(page) : (pages.get(name) ?? '/');
}
