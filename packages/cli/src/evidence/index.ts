export { describeConflict } from './describe-conflict.ts';
export { type Evidence, EvidenceFolder } from './evidence-folder.ts';
