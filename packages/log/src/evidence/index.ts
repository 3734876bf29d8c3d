export { checkEvidence, type CheckEvidenceOptions, type EvidenceVerdict } from './check-evidence.ts';
export { type Evidence, evidenceParts } from './evidence.ts';
export type { EvidenceParts } from './manifest.ts';
export { decidingPolicies } from './policies.ts';
export { readZip } from './zip.ts';
