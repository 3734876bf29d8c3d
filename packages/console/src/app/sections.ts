import {
  Activity,
  BookKey,
  Fingerprint,
  KeyRound,
  type LucideIcon,
  ScrollText,
  Settings,
  Siren,
} from 'lucide-react';
import { places } from '../places/index.ts';

/** A part of the console, as the rail and the palette list them. */
export interface AppSection {
  readonly label: string;
  readonly href: string;
  readonly icon: LucideIcon;
  /** First parts of addresses that belong to it. */
  readonly prefixes: readonly string[];
}

export const sections: readonly AppSection[] = [
  { label: 'Overview', href: places.overview, icon: Activity, prefixes: [''] },
  { label: 'Audit', href: places.audit(), icon: ScrollText, prefixes: ['audit', 'events'] },
  { label: 'Who accessed', href: places.access(), icon: BookKey, prefixes: ['access'] },
  { label: 'Keys', href: places.keys, icon: KeyRound, prefixes: ['keys'] },
  { label: 'Identities', href: places.identities, icon: Fingerprint, prefixes: ['identities'] },
  { label: 'Incidents', href: places.incidents, icon: Siren, prefixes: ['incidents'] },
  { label: 'Settings', href: places.settings(), icon: Settings, prefixes: ['settings'] },
];

/** The part that an address belongs to. */
export function sectionOf(location: string): AppSection | undefined {
  const first = location.split('/')[1] ?? '';
  return sections.find(({ prefixes }) => prefixes.includes(first));
}
