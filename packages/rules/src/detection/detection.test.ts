import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { JsonObject } from '../event.ts';
import { EventView } from '../fields/index.ts';
import { parseRuleFile, RuleError, ruleEvent } from '../index.ts';

/** Whether a selection, written as YAML, matches an event. */
function matches(selection: string, event: JsonObject, more = ''): boolean {
  const text = `title: t
logsource: {product: keywitness}
detection:
  selection:
${selection.replaceAll(/^/gm, '    ')}
  condition: selection
${more}`;
  return judge(text, event);
}

function judge(text: string, event: JsonObject): boolean {
  const [document] = parseRuleFile(text, 'r').documents;
  assert(document?.kind === 'detection');
  return document.matches(new EventView(ruleEvent(0, event)));
}

function refuses(text: string, reason: RegExp): void {
  assert.throws(
    () => parseRuleFile(text, 'r'),
    (error) => error instanceof RuleError && reason.test(error.message),
  );
}

describe('values', () => {
  const table: readonly (readonly [string, JsonObject, boolean])[] = [
    ['a: B', { a: 'b' }, true],
    ['a|cased: B', { a: 'b' }, false],
    ['a|cased: B', { a: 'B' }, true],
    ['a: b*d', { a: 'bcd' }, true],
    ['a: b*d', { a: 'bd' }, true],
    ['a: b*d', { a: 'bdx' }, false],
    ['a: b?d', { a: 'bcd' }, true],
    ['a: b?d', { a: 'bd' }, false],
    ["a: 'b\\*d'", { a: 'b*d' }, true],
    ["a: 'b\\*d'", { a: 'bcd' }, false],
    ["a: 'b\\\\*'", { a: 'b\\cd' }, true],
    ["a: 'b\\\\*'", { a: 'bcd' }, false],
    ["a: 'b\\c'", { a: 'b\\c' }, true],
    ["a: 'b\\\\c'", { a: 'b\\c' }, true],
    ['a: [x, y]', { a: 'Y' }, true],
    ['a: [x, y*]', { a: 'yes' }, true],
    ['a: [x, y]', { a: 'z' }, false],
    ['a: 5', { a: 5 }, true],
    ['a: 5', { a: '5' }, true],
    ['a: 5.0', { a: 5 }, true],
    ['a: 012', { a: '012' }, true],
    ['a: 012', { a: '12' }, false],
    ['a: true', { a: true }, true],
    ["a: 'TRUE'", { a: true }, true],
    ['a: null', {}, true],
    ['a: null', { a: null }, true],
    ['a: null', { a: '' }, false],
    ['a: [null, x]', {}, true],
    ['a: [null, x]', { a: 'x' }, true],
    ['a: [null, x]', { a: 'y' }, false],
    ["a: ''", { a: '' }, true],
    ["a: ''", {}, false],
    ['a|exists: true', { a: null }, true],
    ['a|exists: true', { a: [] }, true],
    ['a|exists: true', {}, false],
    ['a|exists: false', {}, true],
    ['a|contains: cd', { a: 'bCDe' }, true],
    ['a|contains: [q, cd]', { a: 'bcde' }, true],
    ['a|contains|all: [b, e]', { a: 'bcde' }, true],
    ['a|contains|all: [b, q]', { a: 'bcde' }, false],
    ['a|startswith: bc', { a: 'BCde' }, true],
    ['a|startswith: b?d', { a: 'bcde' }, true],
    ['a|endswith: de', { a: 'bcde' }, true],
    ['a|endswith: c*e', { a: 'bcde' }, true],
    ['a|endswith: cd', { a: 'bcde' }, false],
    ['a|neq: b', { a: 'c' }, true],
    ['a|neq: b', {}, true],
    ['a|neq: [b, c]', { a: 'c' }, false],
    ["a|re: 'b.d$'", { a: 'xbcd' }, true],
    ["a|re: 'B.d'", { a: 'bcd' }, false],
    ["a|re|i: 'B.d'", { a: 'bcd' }, true],
    ["a|re|m: '^c'", { a: 'b\nc' }, true],
    ["a|re: '^c'", { a: 'b\nc' }, false],
    ["a|re|s: 'b.c'", { a: 'b\nc' }, true],
    ['a|lt: 5', { a: 4 }, true],
    ['a|lte: 5', { a: '5' }, true],
    ['a|gt: 5', { a: 5 }, false],
    ['a|gte: 5', { a: 5.5 }, true],
    ['a|gte: 5', { a: 'x' }, false],
    ['a|cidr: 10.0.0.0/8', { a: '10.2.3.4' }, true],
    ['a|cidr: 10.0.0.0/8', { a: '11.2.3.4' }, false],
    ['a|cidr: 2001:db8::/32', { a: '2001:db8:1::5' }, true],
    ['a|cidr: 2001:db8::/32', { a: '2001:db9::5' }, false],
    ['a|cidr: 10.0.0.0/8', { a: '::ffff:10.0.0.1' }, true],
    ['a|cidr: 10.0.0.0/8', { a: 'internal' }, false],
    ['a|hour: 13', { a: '2026-01-01T13:05:00.000Z' }, true],
    ['a|hour|gte: 13', { a: '2026-01-01T12:59:00.000Z' }, false],
    ['a|week: 53', { a: '2021-01-01T00:00:00Z' }, true],
    ['a|day|lt: 2', { a: '2026-01-01T13:05:00.000Z' }, true],
    ['a|fieldref: b', { a: 'x', b: 'X' }, true],
    ['a|fieldref|cased: b', { a: 'x', b: 'X' }, false],
    ['a|fieldref|neq: b', { a: 'x', b: 'y' }, true],
    ['a|startswith|fieldref: b', { a: 'xyz', b: 'xy' }, true],
    ['a|base64: attack', { a: 'YXR0YWNr' }, true],
    ['a|base64offset|contains: attack', { a: Buffer.from('x attack').toString('base64') }, true],
    ['a|base64offset|contains: attack', { a: Buffer.from('xy attack!').toString('base64') }, true],
    ['a|utf16le|base64: cmd', { a: Buffer.from('cmd', 'utf16le').toString('base64') }, true],
    ['a|wide|base64offset|contains: cmd', { a: Buffer.from('z cmd', 'utf16le').toString('base64') }, true],
    ['a.b: c', { a: { b: 'c' } }, true],
    ['a.b: c', { 'a.b': 'c' }, true],
    ['a.b.c: d', { a: { 'b.c': 'd' } }, true],
    ['a.b.c: d', { 'a.b': { c: 'd' } }, true],
    ['a: c', { a: ['b', 'c'] }, true],
    ['a.b: c', { a: [{ b: 'x' }, { b: ['y', 'c'] }] }, true],
    ['a.constructor: c', { a: {} }, false],
    ['__proto__.x: null', {}, true],
    ['- a: b\n- c: d', { c: 'd' }, true],
    ['- a: b\n- c: d', { c: 'e' }, false],
    ['a: b\nc: d', { a: 'b', c: 'e' }, false],
  ];
  for (const [selection, event, expected] of table) {
    it(`${selection} ${expected ? 'matches' : 'does not match'} ${JSON.stringify(event)}`, () => {
      assert.equal(matches(selection, event), expected);
    });
  }
});

describe('keywords', () => {
  const event = { a: { b: ['one two', { c: 7 }] } };
  it('are found anywhere, one of them', () => {
    assert(matches('- ONE\n- nine', event));
    assert(matches('- t?o', event));
    assert(!matches('- nine', event));
    assert(matches('- 7', event));
  });
  it('are all wanted under `|all`', () => {
    assert(matches("'|all': [one, two]", event));
    assert(!matches("'|all': [one, nine]", event));
  });
});

describe('derived fields', () => {
  const event: JsonObject = {
    time: '2026-07-01T22:30:00.000Z',
    context: { a: 'b' },
    sourceContext: { c: 'd' },
    client: { address: '203.0.113.77', userAgent: 'AWS-CLI/2.31 md/Botocore ua/2.1 m/Z,b' },
    actor: {
      arn: 'arn:aws:sts::111122223333:assumed-role/path/app/s1',
      type: 'role',
      session: { mfa: true, issuedAt: '2026-07-01T22:00:00.000Z' },
    },
    count: 3,
  };
  const table: readonly (readonly [string, string])[] = [
    ['assets: [c=d]', ''],
    ['client.network: 203.0.113.0/24', ''],
    ['client.program|cased: aws-cli', ''],
    ['actor.kind: human', ''],
    ['actor.principal: arn:aws:iam::111122223333:role/path/app', ''],
    ['actor.sessionAgeSeconds: 1800', ''],
    ['weight: 3', ''],
    ['time.hour: 22\ntime.minute: 30\ntime.weekday: wed\ntime.date: 2026-07-01', ''],
    ['time.hour: 0\ntime.weekday: thu\ntime.date: 2026-07-02', 'keywitness: {timezone: Europe/Berlin}'],
    ['time.schedule: outside', "keywitness: {schedule: {hours: ['08:00-18:00'], days: [mon-fri]}}"],
    ['time.schedule: inside', "keywitness: {schedule: {hours: ['22:00-06:00']}, timezone: Europe/Berlin}"],
    ['time.schedule: inside', 'keywitness: {schedule: {days: [thu]}, timezone: Europe/Berlin}'],
    ['keywitness.client.network: 203.0.113.0/24', ''],
  ];
  for (const [selection, more] of table) {
    it(`${selection.replaceAll('\n', ', ')} holds ${more}`, () => assert(matches(selection, event, more)));
  }
  it('tells a person by what was proven, whatever the session calls itself', () => {
    const tagged = (session: JsonObject, type = 'role'): JsonObject => ({
      actor: { arn: 'arn', type, session: { tags: ['kind=service'], ...session } },
    });
    assert(matches('actor.kind: human', tagged({ mfa: true })));
    assert(matches('actor.kind: human', tagged({}, 'root')));
    assert(matches('actor.kind: service', tagged({})));
    assert(matches('actor.kind: service', tagged({ mfa: true }, 'service')));
  });
  it('knows the /64 of IPv6', () => {
    assert(matches("client.network: '2001:db8:0:1::/64'", { client: { address: '2001:db8::1:2:3:4:5' } }));
  });
});

describe('placeholders', () => {
  it('stand for lists', () => {
    const more = 'keywitness: {placeholders: {admins: [eve, "m*"]}}';
    assert(matches("a|expand: 'user/%admins%'", { a: 'user/eve' }, more));
    assert(matches("a|expand: 'user/%admins%'", { a: 'user/m*' }, more));
    assert(!matches("a|expand: 'user/%admins%'", { a: 'user/mallory' }, more));
  });
  it('are refused when nothing says what they stand for', () => {
    const head = 'title: t\nlogsource: {product: keywitness}\ndetection:\n  s: ';
    refuses(`${head}{'a|expand': '%admins%'}\n  condition: s`, /nothing says what `%admins%` stands for/);
  });
});

describe('conditions', () => {
  const rule = (condition: string): string => `title: t
logsource: {product: keywitness}
detection:
  a: {a: 1}
  b: {b: 1}
  sel_one: {c: 1}
  sel_two: {d: 1}
  _hidden: {e: 1}
  condition: ${condition}`;
  const table: readonly (readonly [string, string, boolean])[] = [
    ['a or b and not a', 'a', true],
    ['(a or b) and not a', 'a', false],
    ['not a and b', 'b', true],
    ['not (a and b)', 'b', true],
    ['NOT a AND b', 'ab', false],
    ['1 of sel_*', 'd', true],
    ['all of sel_*', 'd', false],
    ['all of sel_*', 'cd', true],
    ['2 of them', 'ad', true],
    ['2 of them', 'a', false],
    ['1 of them', 'e', false],
    ['any of *_two', 'd', true],
    ['1 of sel_* and not 1 of a*', 'ca', false],
    ['[a and b, sel_one]', 'c', true],
  ];
  for (const [condition, letters, expected] of table) {
    it(`\`${condition}\` is ${expected} for ${letters}`, () => {
      const event = Object.fromEntries(letters.split('').map((letter) => [letter, 1]));
      assert.equal(judge(rule(condition), event), expected);
    });
  }
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['a and', /ends too early/],
    ['a b', /`b` is not expected/],
    ['(a', /a `\)` is missing/],
    ['c', /no selection `c`/],
    ['3 of sel_*', /there are 2/],
    ['1 of x*', /no selection is called `x\*`/],
    ['a | count() > 5', /write a correlation/],
    [`${'not '.repeat(40)}a`, /nested more than 32 deep/],
  ];
  for (const [condition, reason] of wrong) {
    it(`\`${condition.slice(0, 20)}\` is refused`, () => refuses(rule(`'${condition}'`), reason));
  }
});

describe('modifiers', () => {
  const rule = (test: string): string =>
    `title: t\nlogsource: {product: keywitness}\ndetection:\n  s: {${test}}\n  condition: s`;
  const wrong: readonly (readonly [string, RegExp])[] = [
    ["'a|windash': b", /Windows command lines/],
    ["'a|foo': b", /modifier `foo` is not known/],
    ["'a|contains|re': b", /cannot be used together/],
    ["'a|re|cased': b", /cannot be used together/],
    ["'a|all': b", /at least two values/],
    ["'a|re': '(?=b)'", /none of RE2's/],
    ["'a|re': '(((a{100}){100}){100})'", /none of RE2's/],
    ["'a|cidr': b", /no block of addresses/],
    ["'a|cidr': 10.0.0.0/40", /no block of addresses/],
    ["'a|gt': b", /needs a number/],
    ["'a|hour': b", /number from 0/],
    ["'a|exists': b", /`true` or `false`/],
    ["'a|utf16le': b", /must end with/],
    ["'a|contains': ''", /not empty/],
    ['a: {b: c}', /write the field as a path/],
    ['a: []', /must not be empty/],
    [`a: '${'*a'.repeat(40)}'`, /at most 32 wildcards/],
    ["'a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q': b", /1 to 16 parts/],
    ['time.schedule: inside', /needs `schedule`/],
  ];
  for (const [test, reason] of wrong) {
    it(`${test.slice(0, 40)} is refused`, () => refuses(rule(test), reason));
  }
  it('tell where they stand', () => {
    assert.throws(
      () => parseRuleFile(rule("'a|foo': b"), 'my-rule'),
      (error) =>
        error instanceof RuleError &&
        error.code === 'unsupported' &&
        error.place?.line === 4 &&
        error.place.column === 16 &&
        error.place.path === 'detection.s.a|foo' &&
        error.message.startsWith('rule `my-rule`, line 4, column 16, at `detection.s.a|foo`: '),
    );
  });
});
