import type { ReactElement } from 'react';
import { countOf } from '../../formats/index.ts';
import { diffParts, lineDiff } from './line-diff.ts';

interface TextDiffProps {
  readonly before: string;
  readonly after: string;
}

const signs = { same: ' ', added: '+', removed: '−' } as const;

/** What changes in a text, line by line. */
export function TextDiff({ before, after }: TextDiffProps): ReactElement {
  return (
    <pre className="key-diff" tabIndex={0} aria-label="Changed lines">
      {diffParts(lineDiff(before, after)).map((part, at) =>
        part.kind === 'left-out' ? (
          // oxlint-disable-next-line react/no-array-index-key -- parts are where they are, and nothing else
          <span key={at} className="key-diff-gap">{`${countOf(part.count, 'line')} as before`}</span>
        ) : (
          part.lines.map(({ kind, text }, line) => (
            // oxlint-disable-next-line react/no-array-index-key -- as are lines
            <span key={`${at} ${line}`} className={`key-diff-line key-diff-${kind}`}>
              {`${signs[kind]} ${text}`}
            </span>
          ))
        ),
      )}
    </pre>
  );
}
