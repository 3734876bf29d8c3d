import type { Command } from 'commander';
import { addAccountCommands } from './account.ts';
import { addCertificateCommands } from './certificate.ts';
import { addCredentialCommands } from './credential.ts';
import { addGuardrailCommands } from './guardrail.ts';
import { addOrganizationCommands } from './organization.ts';
import { addPrincipalCommands } from './principal.ts';
import { addSessionCommands } from './session.ts';

/** `keywitness admin`. */
export function addAdminCommands(program: Command): void {
  const admin = program
    .command('admin')
    .description('Administers who may use the service. All of it is on the record.');
  addPrincipalCommands(admin);
  addCredentialCommands(admin);
  addCertificateCommands(admin);
  addSessionCommands(admin);
  addAccountCommands(admin);
  addOrganizationCommands(admin);
  addGuardrailCommands(admin);
}
