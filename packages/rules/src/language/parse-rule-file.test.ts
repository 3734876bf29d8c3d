import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  explainMatch,
  explainRule,
  parseRuleFile,
  RuleEngine,
  RuleError,
  ruleEvent,
  runRuleTests,
} from '../index.ts';

const surrogatesFrom = 0xd800;
const surrogatesCount = 0x800;

/**
 * Any character of Unicode, as a string: what `unit: 'binary'` of fast-check means, which takes a second to prepare.
 * It can be told from a string too, so that fast-check goes on to slip in its dangerous words, like `__proto__`.
 */
const anyCharacter = fc.nat(0x10ffff - surrogatesCount).map(
  (place) => String.fromCodePoint(place < surrogatesFrom ? place : place + surrogatesCount),
  (character) => {
    const point = typeof character === 'string' ? character.codePointAt(0) : undefined;
    if (point === undefined || String.fromCodePoint(point) !== character) {
      throw new Error('not one character');
    }
    return point < surrogatesFrom ? point : point - surrogatesCount;
  },
);

const burst = `title: Burst of denials
id: 929a690e-bef0-4204-a928-ef5e620d6fcc
status: test
description: Somebody tries keys.
author: Ann
license: Apache-2.0
tags: [attack.t1552]
level: high
correlation:
  type: event_count
  rules: [denied]
  group-by: [actor.arn]
  timespan: 5m
  condition: {gte: 5}
keywitness:
  quiet: 1h
  tests:
    - name: five
      events: [{repeat: 5, outcome: denied}]
      expect: {findings: 1, grown: 0, level: high, entity: {actor.arn: 'arn:aws:iam::111122223333:user/app'}}
---
title: Denied
name: denied
logsource: {product: keywitness}
detection:
  selection:
    action|startswith: 'key.'
    outcome: denied
  filter_network:
    client.address|cidr: [10.0.0.0/8, 2001:db8::/32]
  condition: selection and not 1 of filter_*
---
title: Known scanner
logsource: {product: keywitness}
filter:
  rules: [denied]
  selection: {actor.arn|endswith: /scanner}
  condition: selection
`;

const others = [
  `title: New network
logsource: {product: keywitness}
detection:
  selection: {action|re|i: '^KEY\\.(de|en)crypt$', outcome: success}
  condition: selection
keywitness:
  first-seen: {fields: [client.network], group-by: [key.id], history: 14d, learning: 7d}
  timezone: Europe/Berlin
  schedule: {hours: ['08:00-18:00'], days: [mon-fri]}
`,
  `title: Mass decrypt
logsource: {product: aws, service: cloudtrail}
detection:
  selection: {eventSource: kms.amazonaws.com, eventName: [Decrypt, GenerateDataKey*]}
  keywords: [tenant]
  condition: all of them
keywitness:
  baseline: {group-by: [userIdentity.arn], interval: 1h, floor: 20, z: 3, min-points: 15}
`,
  `title: Silence
logsource: {product: keywitness}
detection: {s: {action: key.decrypt, count|gte: 1, x|fieldref: y}, condition: s}
keywitness: {absence: {within: 1h, group-by: [actor.arn]}}
`,
];

const refusals: readonly (readonly [what: string, text: string, reason: RegExp, code?: string])[] = [
  ['nothing', '', /no rule in this file/],
  ['no YAML', 'a: [', /no YAML/, 'unreadable'],
  ['a list', '- a', /a rule is a map/],
  ['no title', 'detection: {}', /`title` is missing/],
  ['no kind', 'title: t', /`detection`, `correlation` or `filter`/],
  ['two kinds', 'title: t\ndetection: {}\nfilter: {}', /not both/],
  ['a name twice', 'title: t\ntitle: u', /here twice/],
  ['an alias', 'title: &a t\nx: *a', /anchors are not read/],
  [
    'another source',
    burst.replace('{product: keywitness}', '{product: windows}'),
    /log source/,
    'unsupported',
  ],
  [
    'a source without service',
    burst.replace('{product: keywitness}', '{product: aws}'),
    /log source/,
    'unsupported',
  ],
  ['an unknown level', burst.replace('level: high', 'level: awful'), /one of `informational`/],
  ['an unknown type', burst.replace('event_count', 'event_sum'), /one of `event_count`/],
  ['an unknown rule', burst.replace('rules: [denied]', 'rules: [refused]'), /name or id `refused`/],
  ['a name that is there twice', `${burst}---\n${burst}`, /names two documents/],
  ['an unknown member', burst.replace('timespan', 'timeframe'), /`timeframe` is not known here/],
  ['a misspelt member of ours', burst.replace('quiet', 'quite'), /`quite` is not known here/],
  ['a wrong time', burst.replace('5m', '5 minutes'), /a time such as/],
  ['too long a time', burst.replace('5m', '900d'), /at most 90 days/],
  ['no bound', burst.replace('{gte: 5}', '{}'), /one or two of/],
  ['a field that means nothing', burst.replace('{gte: 5}', '{gte: 5, field: a}'), /has no `field`/],
  ['no field', burst.replace('event_count', 'value_count'), /needs `field`/],
  [
    'a filter of nothing',
    burst.replace('rules: [denied]\n  selection', 'rules: [other]\n  selection'),
    /the filter is for `other`/,
  ],
  ['a wrong zone', burst.replace('quiet: 1h', 'timezone: Mars/Base'), /no time zone `Mars\/Base`/],
  ['wrong hours', burst.replace('quiet: 1h', "schedule: {hours: ['25:00-26:00']}"), /are no hours/],
  ['wrong days', burst.replace('quiet: 1h', 'schedule: {days: [someday]}'), /are no days/],
  ['a wrong test', burst.replace('events:', 'event:'), /`event` is not known here/],
  ['too many values', `title: t\nx: [${'1, '.repeat(6000)}1]`, /more than 5000 values/, 'too-large'],
  ['too deep', `title: t\nx: ${'['.repeat(40)}${']'.repeat(40)}`, /more than 24 deep/, 'too-large'],
  ['too long', `title: t\n# ${'x'.repeat(70_000)}`, /at most 65536/, 'too-large'],
  ['open brackets', '['.repeat(60_000), /open brackets/, 'too-large'],
  ['blocks in a line', '- '.repeat(30_000), /opens more than/, 'too-large'],
  [
    'a circle',
    'title: t\nname: a\ncorrelation: {type: event_count, rules: [a], timespan: 1m, condition: {gte: 1}}',
    /refers to itself/,
  ],
  [
    'a correlation of what detection does',
    burst.replace("action|startswith: 'key.'", 'action: incident.open'),
    /must stand alone/,
    'unsupported',
  ],
  [
    'a correlation of an absence',
    `${burst.replace('rules: [denied]', 'rules: [s]')}---\n${(others[2] ?? '').replace('title: Silence', 'title: Silence\nname: s')}`,
    /an absence, which nothing can refer to/,
    'unsupported',
  ],
  [
    'a condition of `temporal_ordered`',
    burst.replace('event_count', 'temporal_ordered').replace('rules: [denied]', 'rules: [denied, x]'),
    /remove `condition`/,
    'unsupported',
  ],
];

describe('a rule file', () => {
  it('is read', () => {
    const file = parseRuleFile(burst, 'burst');
    assert.equal(file.title, 'Burst of denials');
    assert.equal(file.level, 'high');
    assert.equal(file.author, 'Ann');
    assert.deepEqual(file.tags, ['attack.t1552']);
    assert.deepEqual(
      file.documents.map(({ kind, output }) => [kind, output]),
      [
        ['detection', undefined],
        ['correlation', 0],
      ],
    );
    assert.deepEqual(
      runRuleTests(file).map(({ problems }) => problems),
      [[]],
    );
  });

  for (const name of ['', 'Burst', 'a b', 'a'.repeat(65)]) {
    it(`is not called \`${name}\``, () => {
      assert.throws(() => parseRuleFile(burst, name), RuleError);
    });
  }

  for (const [what, text, reason, code = 'wrong'] of refusals) {
    it(`with ${what} is refused`, () => {
      assert.throws(
        () => parseRuleFile(text, 'r'),
        (error) => {
          assert(error instanceof RuleError);
          assert.match(error.message, reason);
          assert.equal(error.code, code);
          return true;
        },
      );
    });
  }

  it('is explained in sentences', () => {
    assert.deepEqual(explainRule(parseRuleFile(burst, 'burst')), [
      'Denied (a part of other documents)',
      'Looks at events of the record.',
      'An event matches if',
      '  all of:',
      '    all of:',
      '      selection:',
      '        all of:',
      '          `action` begins with `key.`',
      '          `outcome` is `denied`',
      '      not:',
      '        filter_network:',
      '          `client.address` is in `10.0.0.0/8` or `2001:db8::/32`',
      '    not:',
      '      selection:',
      '        `actor.arn` ends with `/scanner`',
      '',
      'Burst of denials (high)',
      'Counts events of "Denied".',
      'It fires when there are at least 5 attempts within 5 minutes for the same `actor.arn`.',
      'There is one episode for each `actor.arn`; it ends when nothing of it came for 1 hour.',
    ]);
    const [network, mass, silence] = others.map((text) =>
      explainRule(parseRuleFile(text, 'other')).join('\n'),
    );
    assert.match(
      network ?? '',
      /It fires when `client.network` was not seen in the 14 days before for the same `key.id`/,
    );
    assert.match(
      mass ?? '',
      /at least 20 attempts within 1 hour for the same `userIdentity.arn`, and more than 3 deviations/,
    );
    assert.match(silence ?? '', /no such event within 1 hour after the one before for the same `actor.arn`/);
  });

  it('explains which parts of it an event fulfils', () => {
    const event = ruleEvent(0, { action: 'key.list', outcome: 'denied', client: { address: '10.1.1.1' } });
    const [explanation] = explainMatch(parseRuleFile(burst, 'burst'), event);
    assert.equal(explanation?.matches, false);
    assert(explanation.lines.some((line) => /^ +\+ `action` begins with/.test(line)));
    assert(explanation.lines.some((line) => /^ +- not$/.test(line)));
  });
});

/** Reads a text, and if it is a rule, runs all that may be done with one. Anything but `RuleError` fails. */
function use(text: string): void {
  try {
    const file = parseRuleFile(text, 'fuzz');
    explainRule(file);
    const engine = new RuleEngine([file]);
    for (let index = 0; index < 3; index += 1) {
      const event = ruleEvent(index, {
        id: `e${index}`,
        time: new Date(index * 400_000).toISOString(),
        action: 'key.decrypt',
        outcome: 'denied',
        actor: { arn: 'eve' },
        client: { address: '192.0.2.1' },
      });
      engine.feed({
        ...event,
        cloudTrail: () => ({ eventName: 'Decrypt', eventSource: 'kms.amazonaws.com', a: 'tenant' }),
      });
      explainMatch(file, event);
    }
    new RuleEngine([file]).restore(engine.snapshot());
  } catch (error) {
    if (!(error instanceof RuleError)) throw error;
  }
}

describe('the reader', () => {
  const pieces = [
    'title: t\n',
    'logsource: {product: keywitness}\n',
    'detection:\n',
    '  s: {a: b}\n',
    '  condition: s\n',
    '---\n',
    '[',
    ']',
    '{',
    '}',
    ': ',
    '- ',
    '? ',
    '"',
    "'",
    '|',
    '>',
    '&a ',
    '*a',
    '!!binary ',
    '!x ',
    '#',
    '%YAML 1.2\n',
    '\n',
    '  ',
    '\t',
    '\u0000',
    '\ufeff',
    '\ud800',
    '<<: ',
    'null',
    '~',
    '.inf',
    '0x10',
    '1e999',
    '__proto__: ',
    'constructor: ',
  ];
  it('throws nothing but its own error, for any text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: anyCharacter, maxLength: 200 }),
          fc.array(fc.constantFrom(...pieces), { maxLength: 60 }),
        ),
        (text) => use(typeof text === 'string' ? text : text.join('')),
      ),
      { numRuns: 500 },
    );
  });

  const edit = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    cut: fc.nat(12),
    insert: fc.oneof(
      fc.constant(''),
      fc.constantFrom(
        ...pieces,
        '*',
        '|re',
        '|all',
        '|neq',
        '|exists',
        '|expand',
        '9'.repeat(20),
        '-1',
        'gte',
        'true',
      ),
      fc.string({ maxLength: 5 }),
    ),
  });
  it('throws nothing but its own error, for rules with mistakes', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(burst, ...others),
        fc.array(edit, { minLength: 1, maxLength: 5 }),
        (text, edits) => {
          const edited = edits.reduce((before, { at, cut, insert }) => {
            const from = Math.floor(at * before.length);
            return before.slice(0, from) + insert + before.slice(from + cut);
          }, text);
          use(edited);
        },
      ),
      { numRuns: 600 },
    );
  });
});
