import type { Command } from 'commander';
import { addPrincipalConsequences } from './principal-consequences.ts';
import { addPrincipalCreateCommand } from './principal-create.ts';
import { addPrincipalListCommand } from './principal-list.ts';
import { addPrincipalDisableCommand, addPrincipalEnableCommand } from './principal-switch.ts';

/** `keywitness admin principal`. */
export function addPrincipalCommands(admin: Command): void {
  const principal = admin.command('principal').description('People and programs that may use the service.');
  addPrincipalCreateCommand(principal);
  addPrincipalListCommand(principal);
  addPrincipalConsequences(principal);
  addPrincipalDisableCommand(principal);
  addPrincipalEnableCommand(principal);
}
