import {
  functionPageSchema,
  type FunctionSummary,
  functionSummarySchema,
  type NewFunction,
  type NewPlaybook,
  type NewQuarantine,
  nothingSchema,
  type PlaybookDetail,
  playbookDetailSchema,
  playbookPageSchema,
  quarantinePageSchema,
  type QuarantineSummary,
  quarantineSummarySchema,
  queryTexts,
  type RemediationFilters,
  remediationPageSchema,
  type RemediationSummary,
  remediationSummarySchema,
  type ResponseSettings,
  type ResponseSettingsChange,
  responseSettingsSchema,
} from '../schemas/index.ts';
import { allItems, type Ask, type CallOptions } from './calls.ts';

/** What is done about incidents (`spec/remediation.md`). Every method rejects with `ApiError`. */
export interface PlaybookClient {
  /** Makes or replaces one. */
  put(name: string, playbook: NewPlaybook, options?: CallOptions): Promise<PlaybookDetail>;
  get(name: string, options?: CallOptions): Promise<PlaybookDetail>;
  /** All of them, a page at a time. */
  list(options?: CallOptions): AsyncGenerator<PlaybookDetail>;
  disable(name: string, options?: CallOptions): Promise<PlaybookDetail>;
  enable(name: string, options?: CallOptions): Promise<PlaybookDetail>;
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** The guard rails of remediation. */
export interface ResponseSettingsClient {
  get(options?: CallOptions): Promise<ResponseSettings>;
  /** What is not said stays as it is. */
  put(change: ResponseSettingsChange, options?: CallOptions): Promise<ResponseSettings>;
}

/** What playbooks call. */
export interface FunctionClient {
  /** Makes or replaces one; without secrets it keeps those that it has. */
  put(name: string, definition: NewFunction, options?: CallOptions): Promise<FunctionSummary>;
  list(options?: CallOptions): AsyncGenerator<FunctionSummary>;
  delete(name: string, options?: CallOptions): Promise<void>;
}

/** What was proposed and done about incidents. */
export interface RemediationClient {
  list(filters?: RemediationFilters, options?: CallOptions): AsyncGenerator<RemediationSummary>;
  get(id: string, options?: CallOptions): Promise<RemediationSummary>;
  approve(id: string, options?: CallOptions): Promise<RemediationSummary>;
  refuse(id: string, reason?: string, options?: CallOptions): Promise<RemediationSummary>;
  run(id: string, options?: CallOptions): Promise<RemediationSummary>;
  undo(id: string, options?: CallOptions): Promise<RemediationSummary>;
}

/** Principals that are kept from everything for a while. */
export interface QuarantineClient {
  list(options?: CallOptions): AsyncGenerator<QuarantineSummary>;
  /** `force`: also oneself. */
  put(
    quarantine: NewQuarantine,
    options?: { readonly force?: boolean } & CallOptions,
  ): Promise<QuarantineSummary>;
  release(principalArn: string, options?: CallOptions): Promise<void>;
}

/** Everything about remediation. */
export interface RemediationClients {
  /** What is done about incidents. */
  readonly playbooks: PlaybookClient;
  /** The guard rails of remediation. */
  readonly responseSettings: ResponseSettingsClient;
  /** What playbooks call. */
  readonly functions: FunctionClient;
  /** What was proposed and done about incidents. */
  readonly remediations: RemediationClient;
  /** Principals that are kept from everything for a while. */
  readonly quarantines: QuarantineClient;
}

export function remediationClients(ask: Ask): RemediationClients {
  return {
    playbooks: playbookClient(ask),
    responseSettings: {
      get: (options) =>
        ask({ method: 'GET', path: ['v1', 'response-settings'] }, responseSettingsSchema, options),
      put: (body, options) =>
        ask({ method: 'PUT', path: ['v1', 'response-settings'], body }, responseSettingsSchema, options),
    },
    functions: functionClient(ask),
    remediations: remediationClient(ask),
    quarantines: quarantineClient(ask),
  };
}

function playbookClient(ask: Ask): PlaybookClient {
  const base = ['v1', 'playbooks'];
  return {
    put: (name, body, options) =>
      ask({ method: 'PUT', path: [...base, name], body }, playbookDetailSchema, options),
    get: (name, options) => ask({ method: 'GET', path: [...base, name] }, playbookDetailSchema, options),
    list(options) {
      return allItems(
        (page) => ask({ method: 'GET', path: base, query: queryTexts(page) }, playbookPageSchema, options),
        ({ playbooks }) => playbooks,
      );
    },
    disable: (name, options) =>
      ask({ method: 'POST', path: [...base, name, 'disable'] }, playbookDetailSchema, options),
    enable: (name, options) =>
      ask({ method: 'POST', path: [...base, name, 'enable'] }, playbookDetailSchema, options),
    async delete(name, options) {
      await ask({ method: 'DELETE', path: [...base, name] }, nothingSchema, options);
    },
  };
}

function functionClient(ask: Ask): FunctionClient {
  const base = ['v1', 'functions'];
  return {
    put: (name, body, options) =>
      ask({ method: 'PUT', path: [...base, name], body }, functionSummarySchema, options),
    list(options) {
      return allItems(
        (page) => ask({ method: 'GET', path: base, query: queryTexts(page) }, functionPageSchema, options),
        ({ functions }) => functions,
      );
    },
    async delete(name, options) {
      await ask({ method: 'DELETE', path: [...base, name] }, nothingSchema, options);
    },
  };
}

function remediationClient(ask: Ask): RemediationClient {
  const base = ['v1', 'remediations'];
  const act = (
    id: string,
    word: string,
    body: object,
    options: CallOptions | undefined,
  ): Promise<RemediationSummary> =>
    ask({ method: 'POST', path: [...base, id, word], body }, remediationSummarySchema, options);
  return {
    list(filters, options) {
      return allItems(
        (page) =>
          ask(
            { method: 'GET', path: base, query: { ...filters, ...queryTexts(page) } },
            remediationPageSchema,
            options,
          ),
        ({ remediations }) => remediations,
      );
    },
    get: (id, options) => ask({ method: 'GET', path: [...base, id] }, remediationSummarySchema, options),
    approve: (id, options) => act(id, 'approve', {}, options),
    refuse: (id, reason, options) => act(id, 'refuse', reason === undefined ? {} : { reason }, options),
    run: (id, options) => act(id, 'run', {}, options),
    undo: (id, options) => act(id, 'undo', {}, options),
  };
}

function quarantineClient(ask: Ask): QuarantineClient {
  const base = ['v1', 'quarantines'];
  return {
    list(options) {
      return allItems(
        (page) => ask({ method: 'GET', path: base, query: queryTexts(page) }, quarantinePageSchema, options),
        ({ quarantines }) => quarantines,
      );
    },
    put(body, options) {
      const query = options?.force === true ? { force: 'true' } : {};
      return ask({ method: 'POST', path: base, query, body }, quarantineSummarySchema, options);
    },
    async release(principalArn, options) {
      const path = [...base, 'release'];
      await ask({ method: 'POST', path, body: { principalArn } }, nothingSchema, options);
    },
  };
}
