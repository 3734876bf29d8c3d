import assert from 'node:assert/strict';
import { test } from 'node:test';
import { filtersIn, listLine } from './key-filters.ts';

test('filters are those of the address, without what is empty or unknown', () => {
  const filters = filtersIn(new URLSearchParams('state=Enabled&needs=rotation&text=+a=b+&spec=&other=1'));
  assert.deepEqual(filters, { state: 'Enabled', needs: 'rotation', text: 'a=b' });
  assert.deepEqual(filtersIn(new URLSearchParams('needs=none')), {});
});

test('the command lists what the page lists', () => {
  assert.equal(
    listLine({ state: 'Enabled', needs: 'unused', text: 'team=a b' }),
    "keywitness keys list --state Enabled --needs unused --text 'team=a b'",
  );
  assert.equal(listLine({}), 'keywitness keys list');
});
