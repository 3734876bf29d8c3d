import { readWith, type Schema } from '@keywitness/api';
import { Failure } from '../failure.ts';
import { readText } from '../files/index.ts';

/** Reads a JSON file of the form that the API takes. @throws Failure */
export function readJsonFile<Value>(path: string, schema: Schema<Value>): Value {
  let value: unknown;
  try {
    value = JSON.parse(readText(path));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Failure('could-not', `\`${path}\` is no JSON`, { cause: error });
  }
  const reading = readWith(`\`${path}\``, schema, value);
  if (reading.kind === 'read') return reading.value;
  throw new Failure('could-not', reading.message);
}
