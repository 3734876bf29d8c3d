import type { Command } from 'commander';
import { addCredentialCommands } from './credential.ts';
import { addPrincipalCommands } from './principal.ts';

/** `keywitness admin`. */
export function addAdminCommands(program: Command): void {
  const admin = program
    .command('admin')
    .description('Administers who may use the service. All of it is on the record.');
  addPrincipalCommands(admin);
  addCredentialCommands(admin);
}
