import { CircleCheck, CirclePause, Clock, type LucideIcon, RotateCw, Trash2, Upload } from 'lucide-react';
import type { KeyNeed } from '@keywitness/api';
import type { ReactElement } from 'react';
import { stateText } from '../formats/index.ts';
import './key-marks.css';
import { Badge, type Tone } from './marks.tsx';

const states: ReadonlyMap<string, readonly [Tone, LucideIcon]> = new Map([
  ['Enabled', ['good', CircleCheck]],
  ['PendingDeletion', ['attention', Trash2]],
  ['PendingReplicaDeletion', ['attention', Trash2]],
  ['PendingImport', ['attention', Upload]],
]);

/** The state of a key, in the words of KMS. */
export function KeyState({ state }: { readonly state: string }): ReactElement {
  const [tone, icon] = states.get(state) ?? ['neutral', CirclePause];
  return (
    <Badge tone={tone} icon={icon}>
      {stateText(state)}
    </Badge>
  );
}

const needs: Readonly<Record<KeyNeed, readonly [word: string, icon: LucideIcon]>> = {
  rotation: ['Rotation due', RotateCw],
  deletion: ['Being deleted', Trash2],
  unused: ['Unused', Clock],
  import: ['Import due', Upload],
};

/** What a key wants somebody for; nothing when it wants nobody. */
export function KeyNeeds({ needs: given }: { readonly needs: readonly KeyNeed[] }): ReactElement | null {
  if (given.length === 0) return null;
  return (
    <span className="key-needs">
      {given.map((need) => {
        const [word, icon] = needs[need];
        return (
          <Badge key={need} tone="attention" icon={icon}>
            {word}
          </Badge>
        );
      })}
    </span>
  );
}
