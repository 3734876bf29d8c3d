export { awsRoute } from './route.ts';
export { recordCompletions } from './completions.ts';
export { trailBucketRoute } from './trail-bucket.ts';
