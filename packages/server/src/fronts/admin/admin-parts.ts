import type {
  AuditIndex,
  CompleteAnswers,
  LastUses,
  PublishedLog,
  RecordOverview,
} from '../../core/audit/index.ts';
import type {
  AccessAnalysis,
  ChannelMessages,
  KeyInventory,
  Schedule,
  Service,
} from '../../core/operations/index.ts';
import type { ServiceView } from './service-view.ts';
import type { SignatureVerdict, SignedRequest } from '../sigv4/index.ts';

/** What the admin and audit API is made of. */
export interface AdminParts {
  readonly service: Service;
  /** Accepts signatures for the service name `keywitness` only. */
  readonly verifySignature: (request: SignedRequest) => SignatureVerdict;
  readonly index: AuditIndex;
  readonly uses: LastUses;
  readonly inventory: KeyInventory;
  readonly overview: RecordOverview;
  readonly log: PublishedLog;
  readonly answers: CompleteAnswers;
  readonly analysis: AccessAnalysis;
  /** Who sends messages to channels; where nobody does, what asks for it is answered as unavailable. */
  readonly messages?: ChannelMessages | undefined;
  /** Absent where nothing is known of the service as a whole; what asks for it is answered as unavailable. */
  readonly view?: ServiceView | undefined;
  /** The published log is open to everybody; reading it is then no attempt on anything, and not recorded. */
  readonly publicLog: boolean;
  /** Defaults to this thread's own clock. */
  readonly monotonicMs?: () => number;
  /** Defaults to this thread's own timers. */
  readonly schedule?: Schedule;
}

/** The same with everything given. */
export type AdminFront = Required<Omit<AdminParts, 'messages' | 'view'>> &
  Pick<AdminParts, 'messages' | 'view'>;
