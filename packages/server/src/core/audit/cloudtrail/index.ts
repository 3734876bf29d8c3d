export {
  type CloudTrailRecord,
  type CloudTrailResource,
  cloudTrailRecord,
  type TrailPlace,
} from './record.ts';
export { type Trail, trailOf } from './trail.ts';
export { userNameOf } from './user-identity.ts';
