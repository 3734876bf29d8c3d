export { type Detection, parseDetection } from './detection.ts';
export {
  asksForOwnActs,
  compileExpression,
  decideEarly,
  type EventTest,
  type Expression,
  isOwnAct,
} from './expression.ts';
export { type Scope } from './field-test.ts';
