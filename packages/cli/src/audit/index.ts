export { addAuditCommands } from './audit-commands.ts';
export { failedProof } from './failed-proof.ts';
export { eventArgument, findEvent } from './find-event.ts';
export { claim, describePages } from './check-answer.ts';
export { answerTable, describeLeases, describeSubject, describeWindow } from './describe-answer.ts';
export { withSubjectOptions } from './filters.ts';
export { type QueryOptions, readQuery } from './list.ts';
export { answerQuery } from './prove-list.ts';
