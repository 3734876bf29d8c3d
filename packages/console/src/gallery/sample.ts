/** An attempt, as much of it as the gallery shows. */
export interface SampleEvent {
  readonly id: string;
  readonly time: string;
  readonly outcome: 'success' | 'denied' | 'error' | 'throttled';
  readonly code: string | undefined;
  readonly operation: string;
  readonly principal: string;
  readonly key: string;
  readonly address: string;
}

const operations = ['Decrypt', 'GenerateDataKey', 'Encrypt', 'Sign', 'DescribeKey'];
const people = ['user/payroll-export', 'user/billing', 'assumed-role/on-call/ann', 'user/backup'];
const hourMs = 3_600_000;
const noon = Date.UTC(2030, 4, 17, 12);

/** The same ones every time, so that pictures do not change by themselves. */
export const sampleEvents: readonly SampleEvent[] = Array.from({ length: 400 }, (_, at) => {
  const turn = (at * 7919) % 97;
  const outcome = turn < 78 ? 'success' : turn < 90 ? 'denied' : turn < 95 ? 'error' : 'throttled';
  const codes = {
    success: undefined,
    denied: 'AccessDeniedException',
    error: 'InvalidCiphertextException',
    throttled: 'ThrottlingException',
  };
  return {
    id: `0197a1b2-c3d4-7e5f-8a9b-${String(at).padStart(12, '0')}`,
    time: new Date(noon - at * 41_337).toISOString(),
    outcome,
    code: codes[outcome],
    operation: operations[turn % operations.length] ?? '',
    principal: `arn:aws:${turn % people.length === 2 ? 'sts' : 'iam'}::111122223333:${people[turn % people.length] ?? ''}`,
    key: `arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-44cd-86ef-${String(turn).padStart(12, '0')}`,
    address: `192.0.2.${turn}`,
  };
});

/** 72 hours of counts. */
export const sampleTimes: readonly number[] = Array.from(
  { length: 72 },
  (_, at) => noon - (72 - at) * hourMs,
);

/** Counts for them: `share` of a daily curve. */
export function sampleCounts(share: number): readonly number[] {
  return sampleTimes.map((_, at) => Math.round(share * (60 + 40 * Math.sin(at / 3.8) + ((at * 31) % 17))));
}
