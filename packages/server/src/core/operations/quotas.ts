/** How much of everything there may be: KMS's resource quotas, settings of the service. */
export interface Quotas {
  /** In each Region, whatever state they are in. */
  readonly keysPerAccount: number;
  readonly aliasesPerKey: number;
  readonly grantsPerKey: number;
  /** UTF-8. */
  readonly keyPolicyBytes: number;
}

/** AWS's own ("Resource quotas", AWS KMS developer guide). */
export const standardQuotas: Quotas = {
  keysPerAccount: 100_000,
  aliasesPerKey: 50,
  grantsPerKey: 50_000,
  keyPolicyBytes: 32_768,
};
