export type { LogProblem, LogProblemCode, LogReport } from './report.ts';
export { verifyLog, type VerifyLogOptions, type VerifyProgress } from './verify-log.ts';
