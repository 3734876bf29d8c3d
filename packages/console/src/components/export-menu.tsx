import { Download, FileJson, Sheet } from 'lucide-react';
import { type ReactElement, useState } from 'react';
import { countOf, csvOf, type ExportColumn } from '../formats/index.ts';
import { Button } from './button.tsx';
import { Dialog } from './dialog.tsx';
import { Menu } from './menu.tsx';
import { saveFile } from './save-file.ts';
import { ErrorState } from './states.tsx';

interface ExportMenuProps<Row> {
  /** The name of the file, without its end. */
  readonly name: string;
  readonly rows: readonly Row[];
  readonly columns: readonly ExportColumn<Row>[];
  /** All rows, where `rows` are only those that were loaded. */
  readonly loadAll?: (() => AsyncIterable<Row>) | undefined;
}

type Format = 'csv' | 'json';

/** A browser keeps it all in memory; whoever wants more takes the command line. */
const rowsMax = 200_000;

/** Saves a list as CSV (the columns) or JSON (the rows as the service answered them). */
export function ExportMenu<Row>({ name, rows, columns, loadAll }: ExportMenuProps<Row>): ReactElement {
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  const save = (format: Format, items: readonly Row[]): void => {
    if (format === 'csv') saveFile(`${name}.csv`, 'text/csv;charset=utf-8', csvOf(columns, items));
    else saveFile(`${name}.json`, 'application/json', `${JSON.stringify(items, null, 2)}\n`);
  };
  const saveAll = (format: Format, source: () => AsyncIterable<Row>): void => {
    setBusy(true);
    collect(source())
      .then((items) => save(format, items), setError)
      .finally(() => setBusy(false))
      .catch(setError);
  };
  const loaded = loadAll === undefined ? '' : ` (${countOf(rows.length, 'row')} loaded)`;
  return (
    <>
      <Menu
        button={
          <Button icon={Download} isBusy={isBusy}>
            Export
          </Button>
        }
        groups={[
          [
            {
              label: `CSV${loaded}`,
              icon: Sheet,
              onSelect: () => save('csv', rows),
              isDisabled: rows.length === 0,
            },
            {
              label: `JSON${loaded}`,
              icon: FileJson,
              onSelect: () => save('json', rows),
              isDisabled: rows.length === 0,
            },
          ],
          ...(loadAll === undefined
            ? []
            : [
                [
                  { label: 'CSV, all rows', icon: Sheet, onSelect: () => saveAll('csv', loadAll) },
                  { label: 'JSON, all rows', icon: FileJson, onSelect: () => saveAll('json', loadAll) },
                ],
              ]),
        ]}
      />
      <Dialog title="Not exported" isOpen={error !== undefined} onClose={() => setError(undefined)}>
        <ErrorState error={error} />
      </Dialog>
    </>
  );
}

async function collect<Row>(source: AsyncIterable<Row>): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for await (const row of source) {
    rows.push(row);
    if (rows.length > rowsMax) {
      throw new Error(`there are more than ${rowsMax} rows: narrow the list down, or use the command line`);
    }
  }
  return rows;
}
