export { addFunctionCommands } from './function-commands.ts';
export { addPlaybookCommands } from './playbook-commands.ts';
export { addQuarantineCommands } from './quarantine-commands.ts';
export { addRemediationCommands } from './remediation-commands.ts';
