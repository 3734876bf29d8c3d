export { collectPages } from './answer-pages.ts';
export { evidenceArchive } from './evidence-archive.ts';
export { findWitnessed } from './find-witnessed.ts';
export { gatherEvidence, type GatheredEvidence } from './gather-evidence.ts';
