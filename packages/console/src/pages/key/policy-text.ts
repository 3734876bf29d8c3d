/** A policy's JSON with one member on each line; a text that is no JSON as it is. */
export function prettyPolicy(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** Why a text is no JSON; `undefined` when it is. */
export function jsonFault(text: string): string | undefined {
  try {
    JSON.parse(text);
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Whether two texts are the same policy, however they are written. */
export function isSamePolicy(one: string, other: string): boolean {
  return prettyPolicy(one) === prettyPolicy(other);
}
