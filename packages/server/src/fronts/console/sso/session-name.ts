import type { WebIdentity } from '../../../core/identity/index.ts';

const CHARACTERS_MIN = 2;
const CHARACTERS_MAX = 64;
const NAMES = ['preferred_username', 'email', 'sub'] as const;

/** What a person's session is called in the record: what people are known by, in the characters that STS takes. */
export function sessionName({ claims }: WebIdentity): string {
  for (const claim of NAMES) {
    const [name = ''] = claims[claim] ?? [];
    const clean = name.replaceAll(/[^\w+=,.@-]/g, '-').slice(0, CHARACTERS_MAX);
    if (clean.length >= CHARACTERS_MIN) return clean;
  }
  return 'console';
}
