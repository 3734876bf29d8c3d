export { describeConflict } from './describe-conflict.ts';
export { type Evidence, EvidenceFolder, type KeptConflict } from './evidence-folder.ts';
