import {
  asInteger,
  asList,
  asMap,
  asText,
  asTexts,
  asWord,
  type DocumentNode,
  type MapNode,
  onlyMembers,
} from '../document/index.ts';
import { type Calendar, type Schedule, weekdays, zoneClock } from '../fields/index.ts';
import type { Level } from '../finding.ts';
import { type Place, wrong } from '../rule-error.ts';
import { asDuration } from './duration.ts';

export const levels: readonly Level[] = ['informational', 'low', 'medium', 'high', 'critical'];

/** What stands under `keywitness`, but for what only detections have. */
export interface Settings {
  /** The map itself; `undefined` when there is none. */
  readonly map: MapNode | undefined;
  readonly calendar: Calendar;
  readonly placeholders: ReadonlyMap<string, readonly string[]>;
  readonly level: Level | undefined;
  readonly quietMs: number | undefined;
  readonly entitiesMax: number;
}

const dayMs = 86_400_000;
const quietMaxMs = 90 * dayMs;
const entitiesDefault = 10_000;
const entitiesMax = 100_000;
const groupMembers = ['group-by', 'first-seen', 'baseline', 'absence'];
const members = ['quiet', 'level', 'timezone', 'schedule', 'placeholders', 'entities-max', 'tests'];

/** Reads `keywitness` of a document; `isDetection` says whether it may have what detections alone have. */
export function readSettings(document: MapNode, isDetection: boolean): Settings {
  const node = document.entries.get('keywitness');
  const map = node === undefined ? undefined : asMap(node);
  if (map !== undefined) onlyMembers(map, isDetection ? [...members, ...groupMembers] : members);
  const get = (name: string): DocumentNode | undefined => map?.entries.get(name);
  const [level, quiet, most] = [get('level'), get('quiet'), get('entities-max')];
  return {
    map,
    calendar: readCalendar(get('timezone'), get('schedule')),
    placeholders: readPlaceholders(get('placeholders')),
    level: level === undefined ? undefined : asWord(level, levels),
    quietMs: quiet === undefined ? undefined : asDuration(quiet, quietMaxMs),
    entitiesMax: most === undefined ? entitiesDefault : asInteger(most, 1, entitiesMax),
  };
}

function readCalendar(zone: DocumentNode | undefined, schedule: DocumentNode | undefined): Calendar {
  const timezone = zone === undefined ? 'UTC' : asText(zone, 64);
  const clock = zoneClock(timezone);
  if (clock === undefined) {
    throw wrong(
      zone?.place ?? noPlace,
      `there is no time zone \`${timezone}\`; write a name such as \`Europe/Berlin\``,
    );
  }
  return { timezone, clock, schedule: schedule === undefined ? undefined : readSchedule(schedule) };
}

/** Never shown: a zone that is not there is UTC, which exists. */
const noPlace: Place = { fileName: '', line: 1, column: 1, path: '' };

function readSchedule(node: DocumentNode): Schedule {
  const map = asMap(node);
  onlyMembers(map, ['hours', 'days']);
  const [hours, days] = [map.entries.get('hours'), map.entries.get('days')];
  if (hours === undefined && days === undefined) {
    throw wrong(node.place, 'a schedule has `hours`, `days` or both');
  }
  return {
    minutes: hours === undefined ? [] : asTexts(hours, 24).map((text) => readHours(text, hours.place)),
    weekdays: days === undefined ? [] : asTexts(days, 7).flatMap((text) => readDays(text, days.place)),
  };
}

function readHours(text: string, place: Place): { readonly from: number; readonly to: number } {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text);
  const [fromHour = 99, fromMinute = 99, toHour = 99, toMinute = 99] = match?.slice(1).map(Number) ?? [];
  const from = fromHour * 60 + fromMinute;
  const to = toHour * 60 + toMinute;
  if (match === null || fromMinute > 59 || toMinute > 59 || from >= 1440 || to > 1440 || from === to) {
    throw wrong(place, `\`${text}\` are no hours; write \`08:00-18:00\``);
  }
  return { from, to };
}

function readDays(text: string, place: Place): readonly number[] {
  const [first = '', last = first, ...more] = text.toLowerCase().split('-');
  const from = weekdays.findIndex((day) => day === first);
  const to = weekdays.findIndex((day) => day === last);
  if (from < 0 || to < 0 || more.length > 0) {
    throw wrong(place, `\`${text}\` are no days; write \`mon\` or \`mon-fri\``);
  }
  const count = ((to - from + 7) % 7) + 1;
  return Array.from({ length: count }, (_, index) => (from + index) % 7);
}

function readPlaceholders(node: DocumentNode | undefined): ReadonlyMap<string, readonly string[]> {
  if (node === undefined) return new Map();
  const map = asMap(node, 'lists of values');
  return new Map(
    [...map.entries].map(([name, values]) => [name, asList(values).items.map((value) => asText(value))]),
  );
}
