export { addIncidentCommands } from './incident-commands.ts';
export { addRuleCommands } from './rule-commands.ts';
export { addSuppressionCommands } from './suppressions.ts';
