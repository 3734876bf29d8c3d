import {
  type AccountDetail,
  accountDetailSchema,
  accountPageSchema,
  type AccountSummary,
  type DeleteGuardrailAnswer,
  deleteGuardrailAnswerSchema,
  type ForceQuery,
  type NewAccount,
  type OrganizationDetail,
  organizationDetailSchema,
  type PutGuardrailAnswer,
  putGuardrailAnswerSchema,
  queryTexts,
} from '../schemas/index.ts';
import { allItems, type Ask, type CallOptions, forceTexts } from './calls.ts';

/** Where a guardrail is: over one account, or over all but the management account. */
interface GuardrailLevel {
  readonly accountId?: string;
}

/** Accounts and what they have in common (`spec/admin-api.md`, "organization"). */
export interface OrganizationClient {
  get(options?: CallOptions): Promise<OrganizationDetail>;
  setAuditAccount(accountId: string, options?: CallOptions): Promise<OrganizationDetail>;
  createAccount(account: NewAccount, options?: CallOptions): Promise<AccountDetail>;
  /** All of them, a page at a time. */
  listAccounts(options?: CallOptions): AsyncGenerator<AccountSummary>;
  getAccount(accountId: string, options?: CallOptions): Promise<AccountDetail>;
  renameAccount(accountId: string, name: string, options?: CallOptions): Promise<AccountDetail>;
  putGuardrail(
    name: string,
    document: string,
    options?: GuardrailLevel & ForceQuery & CallOptions,
  ): Promise<PutGuardrailAnswer>;
  deleteGuardrail(name: string, options?: GuardrailLevel & CallOptions): Promise<DeleteGuardrailAnswer>;
}

export function organizationClient(ask: Ask): OrganizationClient {
  return {
    get: (options) => ask({ method: 'GET', path: ['v1', 'organization'] }, organizationDetailSchema, options),
    setAuditAccount(accountId, options) {
      const path = ['v1', 'organization', 'audit-account'];
      return ask({ method: 'PUT', path, body: { accountId } }, organizationDetailSchema, options);
    },
    createAccount: (account, options) =>
      ask({ method: 'POST', path: ['v1', 'accounts'], body: account }, accountDetailSchema, options),
    listAccounts(options) {
      return allItems(
        (page) => {
          const query = queryTexts(page);
          return ask({ method: 'GET', path: ['v1', 'accounts'], query }, accountPageSchema, options);
        },
        ({ accounts }) => accounts,
      );
    },
    getAccount: (accountId, options) =>
      ask({ method: 'GET', path: ['v1', 'accounts', accountId] }, accountDetailSchema, options),
    renameAccount(accountId, name, options) {
      const path = ['v1', 'accounts', accountId, 'rename'];
      return ask({ method: 'POST', path, body: { name } }, accountDetailSchema, options);
    },
    putGuardrail(name, document, options) {
      const request = {
        method: 'PUT',
        path: guardrailPath(name, options),
        query: forceTexts(options),
      } as const;
      return ask({ ...request, body: { document } }, putGuardrailAnswerSchema, options);
    },
    deleteGuardrail: (name, options) =>
      ask({ method: 'DELETE', path: guardrailPath(name, options) }, deleteGuardrailAnswerSchema, options),
  };
}

function guardrailPath(name: string, level: GuardrailLevel | undefined): readonly string[] {
  const owner = level?.accountId === undefined ? ['organization'] : ['accounts', level.accountId];
  return ['v1', ...owner, 'guardrails', name];
}
