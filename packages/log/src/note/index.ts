export { type Checkpoint, type CheckpointFields, formatCheckpoint, parseCheckpoint } from './checkpoint.ts';
export {
  ed25519CosignatureMessage,
  mlDsa44CosignatureMessage,
  type SubtreeStatement,
} from './cosignature.ts';
export {
  addSignatures,
  formatNote,
  formatSignatures,
  type Note,
  noteBytesMax,
  type NoteSignature,
  parseNote,
  signaturesMax,
} from './note.ts';
export { type NoteRefusal, type NoteVerdict, openNote, type VerifiedSignature } from './open-note.ts';
export { type CheckpointVerdict, openCheckpoint } from './open-checkpoint.ts';
export { noteSigner, type NoteSigner, type NoteSignerOptions, signNote } from './sign-note.ts';
export { type NoteVerifier, noteVerifier, type SignatureVerdict } from './note-verifier.ts';
export { parseLogKeys, type TrustedKeys } from './trusted-keys.ts';
export { meetsRule, type WitnessRule } from './witness-rule.ts';
export {
  formatVerifierKey,
  keyId,
  keyTypes,
  type KeyType,
  parseVerifierKey,
  type VerifierKey,
} from './verifier-key.ts';
