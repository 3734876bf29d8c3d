export { addAccessCommands } from './access-commands.ts';
export { printAnswer, section, tableOf } from './output.ts';
export { instantOf } from './since.ts';
