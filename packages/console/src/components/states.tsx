import { ChevronRight, Lock, type LucideIcon, RotateCw, TriangleAlert } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { Link } from 'wouter';
import { adviceFor } from '../api/index.ts';
import { places } from '../places/index.ts';
import { Button } from './button.tsx';
import { CopyButton } from './copy-button.tsx';
import './states.css';

interface EmptyStateProps {
  readonly icon?: LucideIcon;
  /** What there is none of. */
  readonly title: string;
  /** What would be here, and how it gets here. */
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** Instead of an empty list: what would be in it, and what to do for that. */
export function EmptyState({ icon: Icon, title, children, actions }: EmptyStateProps): ReactElement {
  return (
    <div className="state">
      {Icon !== undefined && (
        <span className="state-icon">
          <Icon size={18} aria-hidden="true" />
        </span>
      )}
      <p className="state-title">{title}</p>
      {children !== undefined && <div className="state-text">{children}</div>}
      {actions !== undefined && <div className="state-actions">{actions}</div>}
    </div>
  );
}

interface ErrorStateProps {
  readonly error: unknown;
  /** Offers to try again. */
  readonly onRetry?: (() => unknown) | undefined;
  /** Beside what it is about, in less room. */
  readonly isInline?: boolean;
}

/** What went wrong, what to do about it, and under which ids it is on the record. */
export function ErrorState({ error, onRetry, isInline = false }: ErrorStateProps): ReactElement {
  const { code, title, message, whatToDo, requestId, eventId } = adviceFor(error);
  return (
    <div className={isInline ? 'failure failure-inline' : 'failure'} role="alert">
      <TriangleAlert className="failure-icon" size={16} aria-hidden="true" />
      <div className="failure-body">
        <p className="failure-title">
          {title} <code className="failure-code">{code}</code>
        </p>
        <p className="failure-message">{message}</p>
        <p>{whatToDo}</p>
        <div className="failure-trace">
          {requestId !== undefined && (
            <span>
              Request <code>{requestId}</code>
              <CopyButton text={requestId} what="the request’s id" />
            </span>
          )}
          {eventId !== undefined && (
            <Link href={places.event(eventId)}>
              See it on the record <ChevronRight size={13} aria-hidden="true" />
            </Link>
          )}
        </div>
        {onRetry !== undefined && (
          <Button icon={RotateCw} onClick={() => onRetry()}>
            Try again
          </Button>
        )}
      </div>
    </div>
  );
}

/** While the first answer is on its way: lines where text will be. */
export function Loading({
  label = 'Loading',
  lines = 4,
}: {
  readonly label?: string;
  readonly lines?: number;
}): ReactElement {
  return (
    <div className="loading" role="status" aria-label={label}>
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} className="loading-line" />
      ))}
    </div>
  );
}

interface AnswerProps<Value> {
  readonly state: {
    readonly value: Value | undefined;
    readonly error: unknown;
    readonly refresh: () => Promise<void>;
  };
  readonly lines?: number;
  /** It is one of several things on its page: that it may not be seen is said quietly. */
  readonly isPart?: boolean;
  readonly children: (value: Value) => ReactNode;
}

/** Codes of the service, of KMS and of IAM for what somebody may not do. */
const deniedCodes = /^AccessDenied(Exception)?$/;

/** Instead of a part of a page: the person may not see it, and what permission that takes. */
function Withheld({ error }: { readonly error: unknown }): ReactElement {
  const { eventId, message } = adviceFor(error);
  const permission = /not authorized to perform: (\S+)/.exec(message)?.[1];
  return (
    <div className="withheld">
      <Lock size={14} aria-hidden="true" />
      <p title={message}>
        You may not see this.{' '}
        {permission === undefined ? (
          message
        ) : (
          <>
            It takes the permission <code>{permission}</code>.
          </>
        )}{' '}
        {eventId !== undefined && <Link href={places.event(eventId)}>See why</Link>}
      </p>
    </div>
  );
}

/** What went wrong with a part of a page. */
export function PartError({ error, onRetry }: Omit<ErrorStateProps, 'isInline'>): ReactElement {
  return deniedCodes.test(adviceFor(error).code) ? (
    <Withheld error={error} />
  ) : (
    <ErrorState error={error} onRetry={onRetry} isInline />
  );
}

/** Shows what `useApi` answers: lines while it loads, the error when it fails, and the value when it is there. */
export function Answer<Value>({ state, lines, isPart = false, children }: AnswerProps<Value>): ReactElement {
  const { value, error, refresh } = state;
  if (value === undefined) {
    if (error !== undefined) {
      return isPart ? (
        <PartError error={error} onRetry={refresh} />
      ) : (
        <ErrorState error={error} onRetry={refresh} />
      );
    }
    return <Loading {...(lines === undefined ? {} : { lines })} />;
  }
  return (
    <>
      {error !== undefined && <ErrorState error={error} onRetry={refresh} isInline />}
      {children(value)}
    </>
  );
}
