export { checkEvidence, type CheckEvidenceOptions, type EvidenceVerdict } from './check-evidence.ts';
export { type Evidence, type EvidenceParts, evidenceParts } from './evidence.ts';
export { decidingPolicies } from './policies.ts';
export { readZip } from './zip.ts';
