export { awsRoute } from './route.ts';
export { recordCompletions } from './completions.ts';
