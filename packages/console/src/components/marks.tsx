import { Ban, Check, CircleAlert, Gauge, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import './marks.css';

/** How an attempt ended, as events say it. */
export type OutcomeWord = 'success' | 'denied' | 'error' | 'throttled';

const outcomes: Readonly<Record<OutcomeWord, { readonly icon: LucideIcon; readonly word: string }>> = {
  success: { icon: Check, word: 'Allowed' },
  denied: { icon: Ban, word: 'Denied' },
  error: { icon: CircleAlert, word: 'Error' },
  throttled: { icon: Gauge, word: 'Throttled' },
};

interface OutcomeProps {
  readonly outcome: OutcomeWord;
  /** The code that was answered, shown beside it. */
  readonly code?: string | undefined;
}

/** How an attempt ended: an icon, a word and a colour. */
export function Outcome({ outcome, code }: OutcomeProps): ReactElement {
  const { icon: Icon, word } = outcomes[outcome];
  return (
    <span className={`outcome outcome-${outcome}`}>
      <Icon size={14} strokeWidth={2.3} aria-hidden="true" />
      <span>{word}</span>
      {code !== undefined && <span className="outcome-code ellipsis">{code}</span>}
    </span>
  );
}

/** What kind of thing a badge says; `attention` asks for somebody, `good` needs nobody. */
export type Tone = 'neutral' | 'accent' | 'good' | 'attention' | 'denied';

interface BadgeProps {
  readonly tone?: Tone;
  readonly icon?: LucideIcon;
  readonly children: ReactNode;
}

/** A short word about the state of something, such as `Enabled`, `Open`, `Multi-Region`. */
export function Badge({ tone = 'neutral', icon: Icon, children }: BadgeProps): ReactElement {
  return (
    <span className={`badge badge-${tone}`}>
      {Icon !== undefined && <Icon size={12} strokeWidth={2.3} aria-hidden="true" />}
      {children}
    </span>
  );
}

/** How grave an incident is, in Sigma's words. */
export type LevelWord = 'informational' | 'low' | 'medium' | 'high' | 'critical';

const bars: Readonly<Record<LevelWord, number>> = {
  informational: 0,
  low: 1,
  medium: 2,
  high: 3,
  critical: 4,
};

/** How grave an incident is: bars and a word. */
export function Level({ level }: { readonly level: LevelWord }): ReactElement {
  return (
    <span className={`level level-${level}`}>
      <span className="level-bars" aria-hidden="true">
        {[1, 2, 3, 4].map((bar) => (
          <span key={bar} data-on={bar <= bars[level] || undefined} />
        ))}
      </span>
      <span className="level-word">{level}</span>
    </span>
  );
}

/** Whether something works: a dot and words. */
export function Health({
  tone,
  children,
}: {
  readonly tone: Tone;
  readonly children: ReactNode;
}): ReactElement {
  return (
    <span className={`health health-${tone}`}>
      <span className="health-dot" aria-hidden="true" />
      <span>{children}</span>
    </span>
  );
}
