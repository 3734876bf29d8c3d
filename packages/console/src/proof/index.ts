export { bytesOfBase64, hexOf } from './bytes.ts';
export { type MadeEvidence, makeEvidence } from './make-evidence.ts';
export { fingerprintOf, pinKeys, type PinnedKeys, usePinnedKeys } from './pinned-keys.ts';
export { type AnswerProof, proveAnswer } from './prove-answer.ts';
export { type EventProof, proveEvent } from './prove-event.ts';
export type { ProofState, ProofStep } from './steps.ts';
