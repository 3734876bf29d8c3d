export { type AddCheckpoint, formatAddCheckpoint, parseAddCheckpoint } from './add-checkpoint.ts';
export {
  type CheckpointConflict,
  type ConflictKind,
  considerCheckpoint,
  type KnownLog,
  type WitnessDecision,
  type WitnessedCheckpoint,
} from './consider-checkpoint.ts';
export { cosign, type CosignatureVerdict, formatCosignatures, openCosignatures } from './cosignatures.ts';
