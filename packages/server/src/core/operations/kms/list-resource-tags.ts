import type { Operation } from '../operation.ts';
import { keyForAdministration } from './change-key.ts';
import { sealedPageOf } from './sealed-pages.ts';

const LIMIT_DEFAULT = 50;

/** `ListResourceTags`: a key's tags, sorted by name. */
export const listResourceTags: Operation = {
  name: 'ListResourceTags',
  action: 'key.list-tags',
  run(attempt, params) {
    const key = keyForAdministration(attempt, params.text('keyId'), 'kms:ListResourceTags');
    const values = new Map(key.record.tags.map((tag) => [tag.key, tag.value]));
    const page = sealedPageOf(attempt, [...values.keys()].sort(), params, {
      operation: 'ListResourceTags',
      limitDefault: LIMIT_DEFAULT,
      filter: [key.record.arn],
    });
    const tags = page.names.map((name) => ({ tagKey: name, tagValue: values.get(name) ?? '' }));
    return { nextMarker: page.nextMarker, tags, truncated: page.truncated };
  },
};
