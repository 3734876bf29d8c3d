export {
  type Completeness,
  type CompletenessOptions,
  type CompletenessStatus,
  createCompleteness,
} from './completeness.ts';
export { indexTagKey } from './index-file.ts';
