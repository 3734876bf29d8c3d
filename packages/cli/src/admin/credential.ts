import type { Command } from 'commander';
import { addCredentialCreateCommand } from './credential-create.ts';
import { addCredentialListCommand } from './credential-list.ts';
import {
  addCredentialDeleteCommand,
  addCredentialDisableCommand,
  addCredentialEnableCommand,
} from './credential-switch.ts';

/** `keywitness admin credential`. */
export function addCredentialCommands(admin: Command): void {
  const credential = admin.command('credential').description('Access keys of principals.');
  addCredentialCreateCommand(credential);
  addCredentialListCommand(credential);
  addCredentialDisableCommand(credential);
  addCredentialEnableCommand(credential);
  addCredentialDeleteCommand(credential);
}
