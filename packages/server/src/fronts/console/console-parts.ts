import type { Service } from '../../core/operations/index.ts';
import type { CookieRules } from '../session-cookie/index.ts';
import type { SingleSignOn } from './single-sign-on.ts';
import type { SignatureVerifier } from '../sigv4/index.ts';

/** Where the files of the console are. */
export interface ConsoleFiles {
  /** The bytes of a file, by its path in the console: names of letters, digits, `_`, `-` and `.`; `undefined` without one. */
  read(path: string): Promise<Uint8Array | undefined>;
}

/** What the console's front is made of. */
export interface ConsoleParts {
  readonly service: Service;
  /** Accepts signatures for the service name `keywitness` only. */
  readonly verifySignature: SignatureVerifier;
  readonly cookies: CookieRules;
  readonly files: ConsoleFiles;
  /** Absent where people cannot sign in with their organization's account. */
  readonly sso?: SingleSignOn | undefined;
}
