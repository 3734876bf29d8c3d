import type { Operation } from '../operation.ts';
import { describeIncident, requireIncident, withComment } from './known-incidents.ts';

/** `CommentIncident`: a remark that stays with it. */
export const commentIncident: Operation = {
  name: 'CommentIncident',
  action: 'incident.comment',
  run(attempt, params) {
    const text = params.text('text');
    attempt.note.parameters = { comment: text };
    const known = requireIncident(attempt, params, 'keywitness:CommentIncident');
    const comment = { atMs: attempt.nowMs, by: attempt.caller.principalArn, text };
    const after = { ...withComment(known, comment), updatedAtMs: attempt.nowMs };
    attempt.write(`incident:${after.id}`, after);
    return describeIncident(after, attempt.view.peek);
  },
};
