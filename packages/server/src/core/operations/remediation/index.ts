export { commonFields } from './evidence-fields.ts';
export {
  approveRemediation,
  expireRemediation,
  refuseRemediation,
  undoRemediation,
} from './decide-remediation.ts';
export { dueRemediations, overQuarantines } from './due-acts.ts';
export { deleteFunction, listFunctions, putFunction } from './functions.ts';
export {
  deletePlaybook,
  disablePlaybook,
  enablePlaybook,
  getPlaybook,
  listPlaybooks,
  putPlaybook,
} from './playbooks.ts';
export { proposeRemediation } from './propose-remediation.ts';
export { expireQuarantine, listQuarantines, quarantinePrincipal, releasePrincipal } from './quarantines.ts';
export { getRemediation, listRemediations } from './read-remediations.ts';
export { recordRemediation } from './record-remediation.ts';
export { remediationId } from './remediations.ts';
export { getResponseSettings, putResponseSettings } from './response-settings.ts';
export { runRemediation } from './run-remediation.ts';
