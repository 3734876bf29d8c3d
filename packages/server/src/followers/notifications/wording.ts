import type { IncidentRecord, Level } from '../../core/operations/index.ts';
import type { Message, Notice, NoticeKind } from './notice.ts';
import { plainText } from './plain-text.ts';

/** A message in words, free of markup of any kind; each format adds its own. */
export interface Wording {
  readonly title: string;
  readonly level: Level;
  readonly summary: string;
  readonly facts: readonly (readonly [name: string, value: string])[];
  /** What to type. */
  readonly command?: string | undefined;
  readonly link?: string | undefined;
}

const LEVELS: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];
const EVENT_IDS_MAX = 5;
const ENTITY_MEMBERS_MAX = 10;
const DIGEST_LINES_MAX = 20;
const DIGEST_ENTITY_MAX = 3;
const TITLE_UNITS_MAX = 120;

const HEADINGS: Readonly<Record<NoticeKind, string>> = {
  open: '',
  grow: 'Goes on: ',
  reopen: 'Again: ',
  acknowledge: 'Acknowledged: ',
  resolve: 'Resolved: ',
  test: '',
  former: '',
};

/** Puts a message in words, with texts of at most so many units. */
export function wordingOf(message: Message, unitsMax: number): Wording {
  return message.kind === 'digest'
    ? digestWording(message.notices, unitsMax)
    : noticeWording(message.notice, unitsMax);
}

function noticeWording(notice: Notice, unitsMax: number): Wording {
  const { incident, former } = notice;
  if (incident !== undefined) return incidentWording(notice, incident, unitsMax);
  if (former !== undefined) return formerWording(notice, unitsMax);
  return {
    title: 'Test of this channel',
    level: 'informational',
    summary: 'Somebody asked for this message. Incidents will be told here like this one.',
    facts: [...factsOf(notice), ['Time', timeText(notice.atMs)]],
  };
}

function incidentWording(notice: Notice, incident: IncidentRecord, unitsMax: number): Wording {
  const { kind, by } = notice;
  const short = (text: string): string => plainText(text, unitsMax);
  const isAnswered = kind === 'acknowledge' || kind === 'resolve';
  const first = incident.events.at(0);
  const newest = incident.events.at(-1);
  return {
    title: `[${incident.level.toUpperCase()}] ${HEADINGS[kind]}${plainText(incident.ruleTitle, TITLE_UNITS_MAX)}`,
    level: incident.level,
    summary: short(incident.summary),
    facts: [
      ['Rule', short(incident.ruleName)],
      ['Status', incident.status],
      ...(isAnswered && by !== undefined ? [['By', short(by)] as const] : []),
      ...entityFacts(incident, short),
      ['Count', String(incident.count)],
      ...(first === undefined ? [] : [['First', timeText(first.timeMs)] as const]),
      ...(newest === undefined ? [] : [['Newest', timeText(newest.timeMs)] as const]),
      ['Events', eventIds(incident)],
      ['Incident', short(incident.id)],
      ...factsOf(notice),
    ],
    command: isAnswered ? undefined : `keywitness incidents acknowledge ${short(incident.id)}`,
    link: notice.link,
  };
}

function entityFacts(
  { entity }: IncidentRecord,
  short: (text: string) => string,
): readonly (readonly [string, string])[] {
  const members = Object.entries(entity);
  const shown = members
    .slice(0, ENTITY_MEMBERS_MAX)
    .map(([name, value]) => [short(name), short(value)] as const);
  const more = members.length - shown.length;
  return more > 0 ? [...shown, ['And', `${more} more`]] : shown;
}

function eventIds({ events }: IncidentRecord): string {
  const shown = events.slice(0, EVENT_IDS_MAX).map(({ id }) => id);
  const more = events.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function formerWording(notice: Notice, unitsMax: number): Wording {
  const act = notice.former?.act ?? 'changed';
  const ends = act === 'changed' ? 'Incidents may be told elsewhere now.' : 'Nothing more is told here.';
  return {
    title: `[CRITICAL] The channel ${notice.channelName} was ${act}`,
    level: 'critical',
    summary: `The channel through which this message comes was ${act}. ${ends} If nobody meant to, look into it.`,
    facts: [
      ['By', plainText(notice.by ?? 'unknown', unitsMax)],
      ['Time', timeText(notice.atMs)],
      ...factsOf(notice),
    ],
  };
}

function digestWording(notices: readonly Notice[], unitsMax: number): Wording {
  const shown = notices.slice(0, DIGEST_LINES_MAX);
  const more = notices.length - shown.length;
  const lineMax = Math.min(unitsMax, 200);
  const lines = shown.map((notice) => {
    const { title } = noticeWording(notice, lineMax);
    const entity = Object.values(notice.incident?.entity ?? {});
    const about = entity
      .slice(0, DIGEST_ENTITY_MAX)
      .map((value) => plainText(value, lineMax))
      .join(', ');
    const id = notice.incident?.id ?? '';
    return [id, plainText(about === '' ? title : `${title} – ${about}`, lineMax)] as const;
  });
  return {
    title: `${notices.length} messages about incidents`,
    level: highestLevel(notices),
    summary: 'They had to wait, and are told in one. The oldest comes first.',
    facts: more > 0 ? [...lines, ['And', `${more} more`]] : lines,
    command: 'keywitness incidents list',
  };
}

function highestLevel(notices: readonly Notice[]): Level {
  const positions = notices.map(({ incident }) => LEVELS.indexOf(incident?.level ?? 'informational'));
  return LEVELS[Math.max(...positions)] ?? 'informational';
}

function factsOf({ origin, channelName }: Notice): readonly (readonly [string, string])[] {
  return [['Told by', `${plainText(origin, 200)}, channel ${channelName}`]];
}

function timeText(ms: number): string {
  return new Date(ms).toISOString();
}
