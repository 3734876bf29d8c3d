export { acknowledgeIncident } from './acknowledge-incident.ts';
export { assignIncident } from './assign-incident.ts';
export { commentIncident } from './comment-incident.ts';
export { forgetIncident, incidentsPast } from './forget-incident.ts';
export { getIncident } from './get-incident.ts';
export { listIncidents } from './list-incidents.ts';
export { raiseIncident } from './raise-incident.ts';
export { reopenIncident } from './reopen-incident.ts';
export { resolveIncident } from './resolve-incident.ts';
