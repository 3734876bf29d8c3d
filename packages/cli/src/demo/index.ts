export { type Chance, chanceOf } from './chance.ts';
export { addDemoCommands } from './demo-commands.ts';
export { type Intent, nextIntent } from './schedule.ts';
export { stories } from './stories.ts';
export { startTraffic, type Traffic } from './traffic.ts';
