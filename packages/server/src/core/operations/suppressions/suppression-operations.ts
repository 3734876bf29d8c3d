import type { Operation } from '../operation.ts';
import { shippedRules } from '../rules/index.ts';
import { createSuppressionIn } from './create-suppression.ts';

export const createSuppression: Operation = createSuppressionIn(shippedRules);
