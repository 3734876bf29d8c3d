export { AddressGuard, type Resolve } from './address-guard.ts';
export {
  guardedPost,
  type OutboundParts,
  type OutboundPost,
  POST_MS_MAX,
  type Posted,
} from './guarded-post.ts';
export { networkReason } from './network-reason.ts';
