export { addChannelCommands } from './channel-commands.ts';
