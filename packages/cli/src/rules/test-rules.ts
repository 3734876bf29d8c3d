import type { Command } from 'commander';
import { RuleEngine, runRuleTests, type RuleTestResult } from '@keywitness/rules';
import { exitCodes, type ExitCode } from '../failure.ts';
import { printLines, visible } from '../terminal/index.ts';
import { readRule } from './read-rule.ts';

/** `keywitness rules test`: offline, with nothing but rule files. */
export function addTestRulesCommand(parent: Command): void {
  parent
    .command('test')
    .summary('check rule files and run the tests in them')
    .description(
      'Reads rule files (`spec/rules.md`) and runs the tests that they bring under `keywitness.tests`. Needs no ' +
        'service. Fails when a test does not give what it expects, and for a file that is no rule.',
    )
    .argument('<files...>', 'rule files, named after their rules: `denied-burst.yml`')
    .addHelpText(
      'after',
      `
Examples:
  keywitness rules test denied-burst.yml
  keywitness rules test rules/*.yml`,
    )
    .action(async (files: readonly string[]) => {
      process.exitCode = await testRules(files);
    });
}

async function testRules(files: readonly string[]): Promise<ExitCode> {
  let failed = 0;
  for (const path of files) {
    const file = readRule(path);
    // What makes a rule that cannot run is found here, too.
    new RuleEngine([file]).status();
    const results = runRuleTests(file);
    failed += results.filter(({ problems }) => problems.length > 0).length;
    const lines = results.length === 0 ? ['no tests'] : results.flatMap(describeResult);
    await printLines([`${file.name}  ${file.title}`, ...lines.map((line) => `  ${line}`)].map(visible));
  }
  return failed === 0 ? exitCodes.done : exitCodes.doesNotHold;
}

function describeResult({ name, problems, findings }: RuleTestResult): readonly string[] {
  if (problems.length === 0) return [`ok      ${name}`];
  return [
    `FAILED  ${name}`,
    ...problems.map((problem) => `        ${problem}`),
    ...findings.map(({ kind, summary }) => `        ${kind}: ${summary}`),
  ];
}
