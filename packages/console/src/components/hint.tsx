import * as Ariakit from '@ariakit/react';
import type { ReactElement } from 'react';
import './hint.css';

interface HintProps {
  readonly text: string;
  /** One element that can have the focus. */
  readonly children: ReactElement;
}

/** A few words on what is pointed at or focused. Whoever must know them all finds them elsewhere, too. */
export function Hint({ text, children }: HintProps): ReactElement {
  return (
    <Ariakit.TooltipProvider timeout={350}>
      <Ariakit.TooltipAnchor render={children} />
      <Ariakit.Tooltip className="hint" gutter={6}>
        {text}
      </Ariakit.Tooltip>
    </Ariakit.TooltipProvider>
  );
}
