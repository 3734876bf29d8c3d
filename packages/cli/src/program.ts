import { Command } from 'commander';
import { addAccessCommands } from './access/index.ts';
import { addAdminCommands } from './admin/index.ts';
import { addAuditCommands } from './audit/index.ts';
import { addEvidenceCommands } from './bundle/index.ts';
import { addChannelCommands } from './channels/index.ts';
import { addCompletionCommand } from './completion/index.ts';
import { addCredentialsCommand } from './credentials/index.ts';
import { addDemoCommands } from './demo/index.ts';
import { addIncidentCommands, addRuleCommands, addSuppressionCommands } from './detection/index.ts';
import { addLogCommands } from './log/index.ts';
import { addLoginCommand, addLogoutCommand } from './login/index.ts';
import { addMirrorCommand } from './mirror/index.ts';
import {
  addFunctionCommands,
  addPlaybookCommands,
  addQuarantineCommands,
  addRemediationCommands,
} from './remediation/index.ts';
import { visible } from './terminal/index.ts';
import { packageVersion } from './version.ts';
import { addWitnessCommands } from './witness/index.ts';

const exitCodeHelp = `
Exit codes:
  0   done; for a verification, it holds
  1   a log or a proof was checked and does not hold
  2   something could not be read, reached or understood
  3   the service refused
  64  the command line is wrong`;

/** The whole command line, as a tree that `--help`, completions and `docs/cli.md` are made of or held against. */
export function createProgram(): Command {
  const program = new Command('keywitness')
    .description('Asks the record of a Keywitness service, verifies its log, and administers who may use it.')
    .version(packageVersion(), '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      outputError: (text, write) => write(`keywitness: ${visible(text.trim().replace(/^error: /, ''))}\n`),
    })
    .helpCommand(false)
    .addHelpText('afterAll', exitCodeHelp);
  addAuditCommands(program);
  addEvidenceCommands(program);
  addAccessCommands(program);
  addIncidentCommands(program);
  addRuleCommands(program);
  addSuppressionCommands(program);
  addPlaybookCommands(program);
  addRemediationCommands(program);
  addFunctionCommands(program);
  addQuarantineCommands(program);
  addLogCommands(program);
  addMirrorCommand(program);
  addWitnessCommands(program);
  addAdminCommands(program);
  addChannelCommands(program);
  addLoginCommand(program);
  addLogoutCommand(program);
  addCredentialsCommand(program);
  addDemoCommands(program);
  addCompletionCommand(program);
  return program;
}
