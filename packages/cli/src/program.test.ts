import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { exitCodes } from './failure.ts';
import { createProgram } from './program.ts';
import { runKeywitness, runKeywitnessAlone } from './testing/run-keywitness.test-kit.ts';

const document = readFileSync(resolve(import.meta.dirname, '../../../docs/cli.md'), 'utf8');

interface Documented {
  readonly usage: string;
  readonly options: ReadonlyMap<string, string>;
}

/** Sections that begin with `### \`keywitness ...\`` and hold rows of options. */
function documentedCommands(): ReadonlyMap<string, Documented> {
  const sections = document.split(/^### `/m).slice(1);
  return new Map(
    sections.map((section) => {
      const usage = /^keywitness (?<usage>[^`]+)`/.exec(section)?.groups?.['usage'] ?? '';
      const ownPart = section.split(/^## /m)[0] ?? '';
      return [usage.replace(/ <.*$/, ''), { usage, options: optionRows(ownPart) }] as const;
    }),
  );
}

function optionRows(text: string): ReadonlyMap<string, string> {
  const rows = text.matchAll(/^\| `(?<flags>(-\w, )?--[^`]+)` \| (?<description>.+) \|$/gm);
  return new Map([...rows].map(({ groups }) => [groups?.['flags'] ?? '', groups?.['description'] ?? '']));
}

function leaves(command: Command, path: readonly string[] = []): readonly (readonly [string, Command])[] {
  if (command.commands.length === 0) return [[path.join(' '), command]];
  return command.commands.flatMap((child) => leaves(child, [...path, child.name()]));
}

function usageOf(path: string, { registeredArguments }: Command): string {
  return [path, ...registeredArguments.map((argument) => `<${argument.name()}>`)].join(' ');
}

const commands = new Map(leaves(createProgram()));
const connectionRows = optionRows(
  /^## The service and the access key$.*?(?=^## )/ms.exec(document)?.[0] ?? '',
);

test('the documentation has every command with its arguments, and no other', () => {
  assert.deepEqual(
    [...documentedCommands().values()].map(({ usage }) => usage).toSorted(),
    [...commands].map(([path, command]) => usageOf(path, command)).toSorted(),
  );
});

test('the documentation has every option with the words of --help, and no other', () => {
  const documented = documentedCommands();
  for (const [path, command] of commands) {
    const isConnected = command.options.some(({ long }) => long === '--endpoint');
    const expected = command.options.map(({ flags, description }) => [flags, description] as const);
    const own = expected.filter(([flags]) => !connectionRows.has(flags));
    assert.deepEqual([...(documented.get(path)?.options ?? [])], own, path);
    if (isConnected) assert.deepEqual([...connectionRows], expected.slice(own.length), path);
  }
});

test('the documentation and --help have every exit code', async () => {
  const { stdout } = await runKeywitness(['log', 'verify', '--help']);
  for (const code of Object.values(exitCodes)) {
    assert.match(document, new RegExp(`^\\| ${code} \\| .+ \\|$`, 'm'));
    assert.match(stdout, new RegExp(`^ {2}${code} +\\S`, 'm'));
  }
});

test('--help of every command says how it is used and what its exit codes are', async () => {
  for (const path of ['', ...commands.keys()]) {
    const help = await helpOf(path.split(' ').filter((word) => word !== ''));
    assert.ok(help.startsWith(`Usage: ${['keywitness', path].join(' ').trim()} `), help);
    assert.match(help, /^Exit codes:$/m);
  }
});

async function helpOf(path: readonly string[]): Promise<string> {
  const program = createProgram();
  const texts: string[] = [];
  const capture = (command: Command): void => {
    command.configureOutput({ writeOut: (text) => void texts.push(text) });
    command.commands.forEach(capture);
  };
  capture(program);
  await assert.rejects(program.parseAsync([...path, '--help'], { from: 'user' }), { exitCode: 0 });
  return texts.join('');
}

test('no option or argument takes a secret', () => {
  for (const [path, command] of commands) {
    const names = [
      ...command.options.map(({ flags }) => flags),
      ...command.registeredArguments.map((argument) => argument.name()),
    ];
    for (const name of names) assert.doesNotMatch(name, /secret|password|token/i, path);
  }
});

test('without a command, help is shown and the exit code says that something is missing', async () => {
  const run = await runKeywitnessAlone([]);
  assert.equal(run.code, 64);
  assert.match(run.stderr, /^Usage: keywitness/);
});

test('--version prints the version of the package', async () => {
  const run = await runKeywitnessAlone(['--version']);
  assert.equal(run.code, 0);
  assert.match(run.stdout, /^\d+\.\d+\.\d+\n$/);
});
