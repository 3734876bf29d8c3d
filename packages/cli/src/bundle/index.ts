export { addEvidenceCommands } from './evidence-commands.ts';
