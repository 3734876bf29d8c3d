/** An Amazon Resource Name, taken apart: `arn:partition:service:region:account:resource`. */
export interface Arn {
  /** `aws`, `aws-cn`, ... */
  readonly partition: string;
  readonly service: string;
  /** Empty for services that have no regions, such as IAM. */
  readonly region: string;
  /** 12 digits; empty for resources that belong to no account. */
  readonly account: string;
  /** The rest, colons included, for example `user/ann` or `key/1234`. */
  readonly resource: string;
}

const ARN_LENGTH_MAX = 2048;
const ARN = /^arn:(aws(?:-[a-z]+)*):([a-z0-9-]+):([a-z0-9-]*):([0-9]{12})?:([^\s\p{Cc}*?]+)$/u;

/** Takes an ARN apart; `undefined` when the text is none. Patterns with wildcards are none. */
export function parseArn(text: string): Arn | undefined {
  if (text.length > ARN_LENGTH_MAX) return undefined;
  const [, partition, service, region, account = '', resource] = ARN.exec(text) ?? [];
  if (partition === undefined || service === undefined || region === undefined || resource === undefined) {
    return undefined;
  }
  return { partition, service, region, account, resource };
}
