import type { ReactElement } from 'react';

/** A sentence of the service, in which names stand between backticks. */
export function Said({ text }: { readonly text: string }): ReactElement {
  return (
    <>
      {text.split('`').map((part, at) =>
        at % 2 === 0 ? (
          part
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- parts are where they are, and nothing else
          <code key={at} className="event-said">
            {part}
          </code>
        ),
      )}
    </>
  );
}
