import type { IndexedEvent } from '@keywitness/api';
import { eventColumns, eventRow } from '../event/index.ts';
import { type Column, layOutRow, outputColumns, tableWidths, visible } from '../terminal/index.ts';
import type { Zone } from '../time/index.ts';

/** A table of events that grows: the first rows decide how wide its columns are. */
export class EventTable {
  readonly #zone: Zone;
  readonly #columns: readonly Column[];
  #widths: readonly number[] | undefined;

  /** `expected` are cells that the columns get room for although no event is there yet. */
  constructor(zone: Zone, expected?: readonly string[]) {
    this.#zone = zone;
    this.#columns = eventColumns(zone);
    if (expected !== undefined) this.#widths = tableWidths(this.#columns, [expected], outputColumns());
  }

  /** The line of titles. */
  titleLine(): string {
    return layOutRow(
      this.#columns.map(({ title }) => title),
      this.#widths ?? [],
    );
  }

  /** One line. What is in events was chosen by their callers, so it is made harmless here. */
  line({ index, event }: IndexedEvent): string {
    return layOutRow(this.#row({ index, event }), this.#widths ?? []);
  }

  /** The lines of some events, with the titles above the first ones. */
  lines(events: readonly IndexedEvent[]): readonly string[] {
    const rows = events.map((event) => this.#row(event));
    const isFirst = this.#widths === undefined;
    const widths = this.#widths ?? tableWidths(this.#columns, rows, outputColumns());
    this.#widths = widths;
    const lines = rows.map((row) => layOutRow(row, widths));
    return isFirst ? [this.titleLine(), ...lines] : lines;
  }

  #row({ index, event }: IndexedEvent): readonly string[] {
    return eventRow(index, event, this.#zone).map(visible);
  }
}
