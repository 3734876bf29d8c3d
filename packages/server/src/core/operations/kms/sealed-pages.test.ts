import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openMemoryStore } from '../../../stores/memory/index.ts';
import { RegionBench, place } from './regions.test-fixture.ts';

const HOME = place.region;
const OTHER = 'eu-west-1';

interface Scene {
  readonly scene: RegionBench;
  readonly keyId: string;
  readonly otherKey: string;
}

async function setUp(): Promise<Scene> {
  const scene = new RegionBench(openMemoryStore(), [HOME, OTHER]);
  const [keyId, otherKey] = [await scene.newKey(HOME), await scene.newKey(HOME)];
  for (const targetKeyId of [keyId, otherKey]) {
    for (const n of [1, 2, 3]) {
      await scene.run(HOME, 'CreateAlias', { aliasName: `alias/${targetKeyId}-${n}`, targetKeyId });
      await scene.run(HOME, 'CreateGrant', {
        keyId: targetKeyId,
        granteePrincipal: scene.ann.principalArn,
        retiringPrincipal: scene.ann.principalArn,
        operations: ['Decrypt'],
      });
    }
  }
  const tags = ['a', 'b', 'c'].map((tagKey) => ({ tagKey, tagValue: '' }));
  await scene.run(HOME, 'TagResource', { keyId, tags: scene.bench.structures(tags) });
  return { scene, keyId, otherKey };
}

/** Every listing that has more than one page, with the member that its items are in. */
function listings({
  keyId,
  scene,
}: Scene): readonly (readonly [name: string, params: object, member: string])[] {
  return [
    ['ListKeys', {}, 'keys'],
    ['ListAliases', {}, 'aliases'],
    ['ListAliases', { keyId }, 'aliases'],
    ['ListGrants', { keyId }, 'grants'],
    ['ListGrants', { keyId, granteePrincipal: scene.ann.principalArn }, 'grants'],
    ['ListResourceTags', { keyId }, 'tags'],
    ['ListRetirableGrants', { retiringPrincipal: scene.ann.principalArn }, 'grants'],
  ];
}

test('the pages of a listing are the whole, each item once, and only the last one has no marker', async () => {
  const set = await setUp();
  for (const [name, params, member] of listings(set)) {
    const whole = (await set.scene.run(HOME, name, params))[member];
    assert.ok(Array.isArray(whole) && whole.length > 1, name);
    const found: unknown[] = [];
    for (let marker: unknown; ;) {
      const page = await set.scene.run(HOME, name, { ...params, limit: 1, marker });
      const items = page[member];
      assert.ok(Array.isArray(items));
      for (const item of items) found.push(item);
      assert.equal(page['truncated'], page['nextMarker'] !== undefined);
      if (page['nextMarker'] === undefined) break;
      marker = page['nextMarker'];
    }
    assert.deepEqual(found, whole, name);
  }
});

test('a marker is good for its own listing alone: another operation, filter, account or Region refuses it', async () => {
  const set = await setUp();
  const { keyId, otherKey, scene } = set;
  const all = listings(set);
  const markers = await Promise.all(
    all.map(async ([name, params]) => (await scene.run(HOME, name, { ...params, limit: 1 }))['nextMarker']),
  );
  for (const [from, marker] of markers.entries()) {
    for (const [to, [name, params]] of all.entries()) {
      const performed = await scene.perform(HOME, name, { ...params, marker });
      const told = performed.kind === 'released' ? 'ok' : performed.error.code;
      assert.equal(
        told,
        from === to ? 'ok' : 'InvalidMarker',
        `${name} with the marker of ${JSON.stringify(all[from])}`,
      );
    }
  }
  const [ofKeys, , ofAliases] = markers;
  assert.equal((await scene.refused(OTHER, 'ListKeys', { marker: ofKeys }))[0], 'InvalidMarker');
  const stranger = scene.bench.addUser('eve', undefined, '444455556666');
  const performed = await scene.perform(HOME, 'ListKeys', { marker: ofKeys }, stranger);
  assert.equal(performed.kind === 'refused' && performed.error.code, 'InvalidMarker');
  const other = await scene.refused(HOME, 'ListAliases', { keyId: otherKey, marker: ofAliases });
  assert.equal(other[0], 'InvalidMarker');
  assert.ok(keyId !== otherKey);
});

test('a marker tells nothing, and every change of it is refused', async () => {
  const { scene } = await setUp();
  const { nextMarker } = await scene.run(HOME, 'ListAliases', { limit: 1 });
  const marker = String(nextMarker);
  assert.ok(!Buffer.from(marker, 'base64').toString('latin1').includes('alias'));
  const wrong = [
    '',
    'x',
    `${marker} `,
    marker.slice(4),
    Buffer.from('after:alias/a').toString('base64url'),
    ...Array.from({ length: marker.length }, (_, at) => changed(marker, at)),
  ];
  for (const one of wrong) {
    assert.equal((await scene.refused(HOME, 'ListAliases', { marker: one }))[0], 'InvalidMarker', one);
  }
});

test('a marker stays good when the item that it stands for is gone', async () => {
  const { scene } = await setUp();
  const first = await scene.run(HOME, 'ListAliases', { limit: 1 });
  const aliasName = /alias\/[0-9a-z-]+/.exec(JSON.stringify(first))?.[0];
  const next = await scene.run(HOME, 'ListAliases', { limit: 1, marker: first['nextMarker'] });
  await scene.run(HOME, 'DeleteAlias', { aliasName });
  const again = await scene.run(HOME, 'ListAliases', { limit: 1, marker: first['nextMarker'] });
  assert.deepEqual(again['aliases'], next['aliases']);
});

/** The text with another letter in one place. */
function changed(text: string, at: number): string {
  return `${text.slice(0, at)}${text[at] === 'A' ? 'B' : 'A'}${text.slice(at + 1)}`;
}
