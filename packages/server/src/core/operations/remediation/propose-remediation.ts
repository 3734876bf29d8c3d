import type { Attempt } from '../attempt.ts';
import { OperationError } from '../errors.ts';
import type { Operation } from '../operation.ts';
import type { IncidentRecord, PlaybookRecord, PlaybookStep, RemediationRecord } from '../response-records.ts';
import { FIRST_CALLER, PERSON, PRINCIPAL } from './evidence-fields.ts';
import { isProtected, isUnderWay, whyNotByItself } from './guard-rails.ts';
import { describeRemediation, remediationId, writeRemediation } from './remediations.ts';
import { takeStep } from './steps.ts';
import { type Fields, findTarget, principalNamed } from './targets.ts';

const PROTECTED = 'it is protected from remediation';

/**
 * `ProposeRemediation`: the service's own act when an incident opens: one step of one playbook about it becomes a
 * remediation, which waits for people, or for being run by itself. Proposing the same again changes nothing; what ended
 * by itself or failed is proposed anew when the incident was opened `again`.
 */
export const proposeRemediation: Operation = {
  name: 'ProposeRemediation',
  action: 'remediation.propose',
  run(attempt, params) {
    const incidentId = params.text('incidentId');
    const playbookName = params.text('playbookName');
    const position = params.number('step');
    attempt.note.parameters = { incident: incidentId, playbook: playbookName, step: position };
    const incident = attempt.view.incident(incidentId);
    if (incident === undefined || !isUnderWay(incident)) {
      throw new OperationError('InvalidState', `there is no open incident \`${incidentId}\``);
    }
    const playbook = attempt.view.playbook(playbookName);
    const step = playbook?.steps[position];
    const isBound = playbook?.rules.includes(incident.ruleName) === true && !playbook.disabled;
    if (playbook === undefined || step === undefined || !isBound) {
      throw new OperationError(
        'InvalidState',
        `no enabled playbook \`${playbookName}\` has this step for it`,
      );
    }
    const id = remediationId(incidentId, playbookName, position);
    const known = attempt.view.remediation(id);
    const isOver = known?.status === 'expired' || known?.status === 'failed';
    if (known !== undefined && !(isOver && params.flag('again'))) {
      attempt.note.parameters = { ...attempt.note.parameters, remediation: id };
      return describeRemediation(known);
    }
    const fields = fieldsOf(incident, params.textMap('evidence') ?? {});
    const record = newRemediation(attempt, { id, incident, playbook, position, step, fields });
    return writeRemediation(attempt, known, record);
  },
};

/**
 * Who acted is read from evidence alone: anybody can claim somebody else's access key, and rules group by what is claimed
 * as well.
 */
function fieldsOf({ entity }: IncidentRecord, evidence: Fields): Fields {
  const others = Object.entries(entity).filter(([name]) => !name.startsWith('actor.'));
  return { ...Object.fromEntries(others), ...evidence };
}

interface Proposal {
  readonly id: string;
  readonly incident: IncidentRecord;
  readonly playbook: PlaybookRecord;
  readonly position: number;
  readonly step: PlaybookStep;
  readonly fields: Fields;
}

function newRemediation(attempt: Attempt, proposal: Proposal): RemediationRecord {
  const { fields, id, incident, playbook, position, step } = proposal;
  const target = findTarget(attempt, step, fields);
  const principals = typeof target === 'string' ? [] : target.principals;
  const actors = [fields['actor.arn'], fields[PRINCIPAL], fields[FIRST_CALLER]].flatMap(
    (arn) => principalNamed(attempt, arn ?? '') ?? [],
  );
  const about = [...principals, ...actors].map(({ uniqueId }) => uniqueId).concat(fields[PERSON] ?? []);
  const record: RemediationRecord = {
    ...step,
    id,
    incidentId: incident.id,
    level: incident.level,
    playbookName: playbook.name,
    step: position,
    target: typeof target === 'string' ? '' : target.name,
    account: typeof target === 'string' ? attempt.place.account : target.account,
    about: [...new Set(about)],
    status: 'proposed',
    createdAtMs: attempt.nowMs,
    updatedAtMs: attempt.nowMs,
    approvals: [],
  };
  if (typeof target === 'string') return { ...record, status: 'failed', reason: target };
  if (isProtected(attempt, target)) return { ...record, status: 'refused', reason: PROTECTED };
  if (playbook.mode === 'dry-run') {
    return { ...record, status: 'dry-run', reason: wouldCome(attempt, record, proposal) };
  }
  return { ...record, reason: whyNotByItself(attempt, playbook, incident) };
}

/** What would come of it if the playbook acted. */
function wouldCome(attempt: Attempt, record: RemediationRecord, { incident, playbook }: Proposal): string {
  const outcome = takeStep(attempt, record, 'without effects');
  if (outcome.kind === 'failed') return `it would fail: ${outcome.reason}`;
  const waits = whyNotByItself(attempt, { ...playbook, mode: 'act' }, incident);
  if (waits !== undefined) return `it would wait: ${waits}`;
  return outcome.nothingDone ? 'there would be nothing to do' : 'it would be done';
}
