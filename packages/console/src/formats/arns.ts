/** An ARN by its parts. */
export interface ArnParts {
  readonly service: string;
  readonly region: string;
  readonly account: string;
  /** `key`, `alias`, `user`, `role`, ...; empty when the resource has no type. */
  readonly type: string;
  /** What is left: a key's id, a user's name with its path. */
  readonly name: string;
}

/** Reads an ARN; `undefined` when the text is none. */
export function parseArn(text: string): ArnParts | undefined {
  const match = /^arn:[^:]*:([^:]*):([^:]*):([^:]*):(?:([a-z-]+)[/:])?(.+)$/.exec(text);
  if (match === null) return undefined;
  const [, service = '', region = '', account = '', type = '', name = ''] = match;
  return { service, region, account, type, name };
}

/** An ARN without what is the same for most of them: `user/ann`, `key/1234abcd-…`; other texts as they are. */
export function shortArn(text: string): string {
  const parts = parseArn(text);
  if (parts === undefined) return text;
  return parts.type === '' ? parts.name : `${parts.type}/${parts.name}`;
}
