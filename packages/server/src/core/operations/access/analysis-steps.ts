import type { AccessProgress } from '@keywitness/api';

/** A computation in steps, so that whoever runs it can do something else in between: says how far it has come. */
export type Analysis<Answer> = Generator<AccessProgress, Answer>;
