import type { IncidentStatus } from '@keywitness/api';
import { shortArn } from '../../formats/index.ts';

/** What an incident is about, short: the values, ARNs without what is the same for most of them. */
export function aboutText(entity: Readonly<Record<string, string>>): string {
  return Object.values(entity).map(shortArn).join(', ');
}

/** How a status looks. */
export function toneOf(status: IncidentStatus): 'attention' | 'accent' | 'good' | 'neutral' {
  switch (status) {
    case 'open':
      return 'attention';
    case 'acknowledged':
      return 'accent';
    case 'resolved':
      return 'good';
    case 'suppressed':
      return 'neutral';
  }
}
