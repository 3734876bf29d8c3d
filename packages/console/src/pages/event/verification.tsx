import type { ReactElement } from 'react';
import type { ApiState } from '../../api/index.ts';
import { ErrorState, Loading, LogKey, ProofSteps, ProofVerdict, Section } from '../../components/index.ts';
import { countText } from '../../formats/index.ts';
import { type EventProof, fingerprintOf, pinKeys, usePinnedKeys } from '../../proof/index.ts';

/** Whether the log has signed what is shown here: each thing that was checked, and by which key. */
export function Verification({ proof }: { readonly proof: ApiState<EventProof> }): ReactElement {
  const pin = usePinnedKeys();
  const { value, error, refresh } = proof;
  const pinAndCheck = (text: string): void => {
    pinKeys(text, 'given', new Date());
    refresh().catch(ignoreShown);
  };
  return (
    <>
      <Section title="Verification" about="by this browser">
        {value === undefined && error === undefined && (
          <>
            <ProofVerdict state="checking" words="The proof is fetched and checked." />
            <Loading label="Verifying" lines={6} />
          </>
        )}
        {error !== undefined && (
          <>
            <ProofVerdict state="open" words="The proof could not be had, so nothing here is checked." />
            <ErrorState error={error} onRetry={refresh} isInline />
          </>
        )}
        {value !== undefined && error === undefined && (
          <>
            <ProofVerdict state={value.state} words={wordsOf(value)} />
            <ProofSteps steps={value.steps} />
          </>
        )}
      </Section>
      <Section title="The log’s key">
        <LogKey
          pin={pin}
          fingerprint={pin === undefined ? undefined : fingerprintOf(pin.text)}
          onPin={pinAndCheck}
        />
      </Section>
    </>
  );
}

function wordsOf({ state, steps, size }: EventProof): string {
  switch (state) {
    case 'holds':
      return `This event is in the log, to the letter as it is shown here, up to entry ${countText((size ?? 1) - 1)}.`;
    case 'fails': {
      const failed = steps.find((step) => step.state === 'failed');
      return `Do not rely on what this page shows. What does not hold: “${failed?.title ?? ''}”.`;
    }
    case 'open':
      return 'There was not enough to check it with.';
  }
}

/** The error is in the state, and shown. */
function ignoreShown(): void {}
