import type { Command } from 'commander';
import { type ExplainedDecision, type Explanation, sayDecision, sayNearMiss } from '@keywitness/api';
import { eventArgument, findEvent } from '../audit/index.ts';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { visible } from '../terminal/index.ts';
import { printAnswer } from './output.ts';

interface ExplainOptions extends ConnectionOptions {
  readonly json?: true;
}

/** `keywitness access explain`. */
export function addExplainCommand(parent: Command): void {
  const command = parent
    .command('explain')
    .summary('why an attempt was allowed or denied')
    .description(
      'Says why an attempt was allowed or denied: by which statement of which policy, in the text that it had then; ' +
        'for a denial, which statements nearly allowed it, and what was missing.',
    )
    .argument('<event>', eventArgument)
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (name: string, options: ExplainOptions) => {
    const client = await connect(options);
    const { event } = await findEvent(client, name);
    const explanation = await client.access.explain(event.id);
    await printAnswer(explanation, options.json, () => linesOf(explanation).map(visible));
  });
}

function linesOf(explanation: Explanation): readonly string[] {
  const { action, decisions, error, eventId, outcome, principal, time } = explanation;
  return [
    `${principal}: ${action}, ${outcome}`,
    `event ${eventId}, ${time}`,
    ...(decisions.length === 0 ? ['', undecided(error)] : []),
    ...decisions.flatMap((decision) => decisionLines(decision, explanation)),
  ];
}

function undecided(error: Explanation['error']): string {
  if (error === undefined) return 'No policy was asked.';
  return `No policy was asked: the attempt was refused before (${error.code}: ${error.message}).`;
}

function decisionLines(decision: ExplainedDecision, explanation: Explanation): readonly string[] {
  const { by, notAskedAgain, now, permission, resource } = decision;
  const lines = ['', `${permission} on ${resource}`, `  then: ${sayDecision(decision)}`];
  if (by?.text !== undefined) lines.push(`        ${by.text}`);
  if (now === undefined) {
    return [...lines, `  now:  cannot be asked again (${notAskedAgain ?? 'unknown'})`];
  }
  const moved =
    explanation.revisionNow === explanation.revision
      ? 'nothing has changed since'
      : 'the state has changed since';
  lines.push(`  now:  ${sayDecision(now)} (${moved})`);
  if (now.nearMisses.length > 0) {
    lines.push('  nearly allowed by the policies as they are now:');
    for (const miss of now.nearMisses) lines.push(`    - ${sayNearMiss(miss)}`);
  }
  return lines;
}
