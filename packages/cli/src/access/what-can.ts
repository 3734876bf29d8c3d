import type { Command } from 'commander';
import { sayCondition, type WhatCanAnswer } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { type GivenOptions, givenOf, withGivenOptions } from './given.ts';
import { printAnswer, section, shortArn, tableOf } from './output.ts';

interface WhatCanOptions extends GivenOptions, ConnectionOptions {
  readonly json?: true;
}

/** Keys that a group of keys shows by name. */
const keysShown = 5;

/** `keywitness access what-can`. */
export function addWhatCanCommand(parent: Command): void {
  const command = parent
    .command('what-can')
    .summary('what somebody may do')
    .description('Lists what a principal may do with which keys, and the roles that it may assume.')
    .argument('<principal>', 'ARN of a user, role or session, or the name of a user')
    .option('--json', 'as JSON');
  withConnectionOptions(withGivenOptions(command)).action(
    async (principal: string, options: WhatCanOptions) => {
      const client = await connect(options);
      const answer = await client.access.whatCan({ principal, ...givenOf(options) });
      await printAnswer(answer, options.json, () => linesOf(answer));
    },
  );
}

function linesOf({ cut, keys, other, principal, roles }: WhatCanAnswer): readonly string[] {
  const rows = [
    ...keys.flatMap((group) => {
      const on = keyNames(group.keys);
      const conditions = group.conditions.map(sayCondition).join('; ');
      return [
        ...(group.yes.length === 0 ? [] : [[on, 'yes', actionNames(group.yes), '']]),
        ...(group.if.length === 0 ? [] : [[on, 'if', actionNames(group.if), conditions]]),
      ];
    }),
    ...(other.yes.length === 0 ? [] : [['*', 'yes', actionNames(other.yes), '']]),
    ...(other.if.length === 0 ? [] : [['*', 'if', actionNames(other.if), '']]),
  ];
  const assumable = roles.map((role) => [
    shortArn(role.principal),
    role.possibility,
    role.conditions.map(sayCondition).join('; '),
  ]);
  return [
    principal,
    ...(rows.length === 0 ? ['It can do nothing.'] : tableOf(['ON', 'CAN', 'ACTIONS', 'DEPENDS ON'], rows)),
    ...section('Roles that it may assume:', tableOf(['ROLE', 'CAN', 'DEPENDS ON'], assumable)),
    ...(cut === 0 ? [] : ['', `${cut} more keys were not looked at.`]),
  ];
}

function keyNames(keys: readonly string[]): string {
  const shown = keys.slice(0, keysShown).map((arn) => arn.slice(arn.lastIndexOf('/') + 1));
  const rest = keys.length - shown.length;
  return `${shown.join(', ')}${rest === 0 ? '' : ` and ${rest} more`}`;
}

/** Of the one service that most of them are of, the name goes without saying. */
function actionNames(actions: readonly string[]): string {
  return actions.map((action) => action.replace(/^kms:/, '')).join(', ');
}
