export type { AnalysisThreadData } from './analysis-thread.ts';
export { Channel } from './channel.ts';
export type { FollowerThreadData } from './follower-thread.ts';
export type { FrontThreadData } from './front-thread.ts';
export type { ResponseThreadData } from './response-thread.ts';
export type { StoreThreadData } from './store-thread.ts';
