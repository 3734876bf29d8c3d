import { ApiError } from '@keywitness/api';

/** An error as it is shown: what went wrong, and what whoever reads it can do. */
export interface Advice {
  /** The service's code, such as `AccessDenied`; `Fault` for a fault of the console itself. */
  readonly code: string;
  readonly title: string;
  /** The service's own words. */
  readonly message: string;
  readonly whatToDo: string;
  readonly requestId?: string | undefined;
  /** The event that recorded the attempt. */
  readonly eventId?: string | undefined;
  /** Whether it may well go better next time. */
  readonly canRetry: boolean;
}

interface Words {
  readonly title: string;
  readonly whatToDo: string;
  readonly canRetry?: boolean;
}

const askAdministrator =
  'Ask an administrator for the permission that is named here. The attempt is on the record, where they can see why it was denied.';

/** What to say for each code; KMS's exceptions are looked up without `Exception`. */
const words: ReadonlyMap<string, Words> = new Map<string, Words>([
  ['AccessDenied', { title: 'You may not do this', whatToDo: askAdministrator }],
  [
    'Unreachable',
    {
      title: 'The service does not answer',
      whatToDo:
        'Check that it runs and that this machine reaches it. Nothing was changed that is not on the record.',
      canRetry: true,
    },
  ],
  [
    'Unavailable',
    {
      title: 'The service cannot do this now',
      whatToDo:
        'The attempt could not be recorded, so nothing was released or changed. See its health, then try again.',
      canRetry: true,
    },
  ],
  [
    'Throttled',
    { title: 'Too many requests', whatToDo: 'Wait for a moment, then try again.', canRetry: true },
  ],
  ['NotFound', { title: 'There is no such thing', whatToDo: 'Check its name, account and region.' }],
  [
    'AlreadyExists',
    { title: 'It is there already', whatToDo: 'Take another name, or change the one that is there.' },
  ],
  [
    'LimitExceeded',
    { title: 'A limit is reached', whatToDo: 'Remove what is not needed any more, then try again.' },
  ],
  [
    'InvalidState',
    {
      title: 'Its state does not allow this',
      whatToDo: 'Look at its state again; somebody may have changed it.',
      canRetry: true,
    },
  ],
  [
    'Unmodifiable',
    { title: 'This cannot be changed', whatToDo: 'It is part of the service or belongs to another account.' },
  ],
  [
    'Validation',
    { title: 'The request is not valid', whatToDo: 'Correct what the message names, then try again.' },
  ],
  [
    'MalformedPolicy',
    { title: 'The policy cannot be read', whatToDo: 'Correct what the message names. Nothing was changed.' },
  ],
  [
    'MalformedRule',
    { title: 'The rule cannot be read', whatToDo: 'Correct what the message names. Nothing was changed.' },
  ],
  [
    'InvalidMarker',
    { title: 'The list has changed', whatToDo: 'Load it again from the start.', canRetry: true },
  ],
  [
    'CrossSiteRequest',
    {
      title: 'The request was not this page’s own',
      whatToDo: 'Reload the page, and sign in again if that does not help.',
      canRetry: true,
    },
  ],
  [
    'UnexpectedAnswer',
    {
      title: 'The service answered something unexpected',
      whatToDo:
        'Reload the page: the service may have been updated. If it stays so, show the administrator the ids below.',
      canRetry: true,
    },
  ],
  [
    'Fault',
    {
      title: 'The console made a mistake',
      whatToDo: 'Reload the page. If it happens again, report it with what you did.',
      canRetry: true,
    },
  ],
]);

const notAccepted: Words = {
  title: 'The access key was not accepted',
  whatToDo:
    'Check its id and its secret, and that this machine’s clock is right. The attempt is on the record.',
};

/** Refusals of a signature or of what it was made with; others say that a session is over. */
const signatureCodes =
  /^(InvalidSignature|SignatureDoesNotMatch|UnrecognizedClient|IncompleteSignature|InvalidClientTokenId|CredentialInvalid)$/;

const signInAgain: Words = {
  title: 'You are not signed in any more',
  whatToDo: 'Sign in again; you come back to this page.',
};

/** The same things in the words of AWS KMS. */
const sameAs: ReadonlyMap<string, string> = new Map([
  ['Throttling', 'Throttled'],
  ['LimitsExceeded', 'LimitExceeded'],
  ['KMSInvalidState', 'InvalidState'],
  ['MalformedPolicyDocument', 'MalformedPolicy'],
  ['KMSInternal', 'Unavailable'],
  ['DependencyTimeout', 'Unavailable'],
  ['InvalidArn', 'Validation'],
  ['InvalidInput', 'Validation'],
  ['InvalidGrantId', 'NotFound'],
  ['NoSuchEntity', 'NotFound'],
]);

/** What to show for anything that was thrown. */
export function adviceFor(error: unknown): Advice {
  if (!(error instanceof ApiError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { code: 'Fault', message, ...wordsFor('Fault', 0) };
  }
  const { code, message, requestId, eventId, status } = error;
  return { code, message, requestId, eventId, ...wordsFor(code, status) };
}

function wordsFor(code: string, status: number): Words & { readonly canRetry: boolean } {
  const name = code.replace(/Exception$/, '');
  const found = status === 401 ? wordsOfUnproven(name) : words.get(sameAs.get(name) ?? name);
  return { canRetry: false, ...(found ?? wordsOfStatus(status)) };
}

function wordsOfUnproven(name: string): Words {
  return signatureCodes.test(name) ? notAccepted : signInAgain;
}

function wordsOfStatus(status: number): Words {
  return status >= 500
    ? {
        title: 'The service could not do this',
        whatToDo: 'Try again; if it stays so, see the service’s health.',
        canRetry: true,
      }
    : { title: 'The service refused this', whatToDo: 'Correct what the message names, then try again.' };
}
