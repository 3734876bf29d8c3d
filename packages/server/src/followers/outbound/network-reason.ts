const CODE = /^[A-Z][A-Z0-9_]{2,63}$/;

/** The code of an error of the network or of TLS. Its message may say more than the record should hold. */
export function networkReason(error: unknown): string {
  const code = codeOf(error);
  return code === undefined ? 'the connection failed' : `the connection failed with \`${code}\``;
}

function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' && CODE.test(error.code) ? error.code : undefined;
}
