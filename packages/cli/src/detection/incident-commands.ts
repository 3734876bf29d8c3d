import type { Command } from 'commander';
import {
  addIncidentAck,
  addIncidentAssign,
  addIncidentComment,
  addIncidentReopen,
  addIncidentResolve,
} from './incident-acts.ts';
import { addIncidentList } from './incident-list.ts';
import { addIncidentShow } from './incident-show.ts';

/** `keywitness incidents`. */
export function addIncidentCommands(program: Command): void {
  const incidents = program
    .command('incidents')
    .description('What was found in the record, and what people make of it.');
  addIncidentList(incidents);
  addIncidentShow(incidents);
  addIncidentAck(incidents);
  addIncidentAssign(incidents);
  addIncidentComment(incidents);
  addIncidentResolve(incidents);
  addIncidentReopen(incidents);
}
