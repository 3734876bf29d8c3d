export { checkEvidence, type CheckEvidenceOptions, type EvidenceVerdict } from './check-evidence.ts';
export { draftEvidence, type Evidence, type EvidenceDraft } from './evidence.ts';
export type { EvidenceParts } from './manifest.ts';
export { decidingPolicies } from './policies.ts';
export type { Block, Report, Span } from './report-blocks.ts';
export { readZip } from './zip.ts';
