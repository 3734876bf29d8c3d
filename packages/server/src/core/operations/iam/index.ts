export { iamOperations } from './iam-operations.ts';
