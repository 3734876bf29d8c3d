/** JSON members by name. */
export type Members = Readonly<Record<string, unknown>>;

const depthMax = 16;
const token = /"(?:[^"\\]|\\.)*"|[{}[\]:]/g;

/**
 * Reads a JSON object that says each thing once, from UTF-8; `undefined` for everything else. An object with the same
 * member twice means different things to different readers, and a token must not.
 */
export function parseObject(bytes: Uint8Array): Members | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    const value: unknown = JSON.parse(text);
    return isMembers(value) && saysEachThingOnce(text) ? value : undefined;
  } catch {
    // The decoder and the parser have nothing else to say than that the text is wrong.
    return undefined;
  }
}

export function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Walks the tokens of a text that is known to be JSON: an object is open with its names, an array with none. */
function saysEachThingOnce(text: string): boolean {
  const open: Set<string>[] = [];
  let latest = '';
  for (const [found] of text.matchAll(token)) {
    if (found === '{' || found === '[') {
      open.push(new Set());
      if (open.length > depthMax) return false;
    } else if (found === '}' || found === ']') {
      open.pop();
    } else if (found === ':') {
      const name = String(JSON.parse(latest));
      const names = open.at(-1);
      if (names?.has(name) === true) return false;
      names?.add(name);
    } else {
      latest = found;
    }
  }
  return true;
}
