export { addRulesCommands } from './rules-commands.ts';
