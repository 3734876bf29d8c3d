import { type Command, Option } from 'commander';
import type { ApiClient, Disposition, IncidentDetail } from '@keywitness/api';
import { connect, type ConnectionOptions, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { printLines, visible } from '../terminal/index.ts';
import { sayStatus } from './say-incident.ts';

interface Options extends ConnectionOptions {
  readonly json?: true;
}

interface AssignOptions extends Options {
  readonly to?: string;
  readonly nobody?: true;
}

interface ResolveOptions extends Options {
  readonly as: Disposition;
  readonly note?: string;
}

interface ReopenOptions extends Options {
  readonly note?: string;
}

const incidentArgument = 'id of an incident';

/** `keywitness incidents ack`. */
export function addIncidentAck(parent: Command): void {
  const command = parent
    .command('ack')
    .summary('say that somebody looks after it')
    .description('Acknowledges an incident: somebody looks after it. It becomes yours if it is nobody’s.')
    .argument('<incident>', incidentArgument);
  act<Options>(command, (client, id) => client.incidents.acknowledge(id));
}

/** `keywitness incidents assign`. */
export function addIncidentAssign(parent: Command): void {
  const command = parent
    .command('assign')
    .summary('say whose it is')
    .description('Says whose an incident is, or that it is nobody’s.')
    .argument('<incident>', incidentArgument)
    .option('--to <who>', 'name, ARN or address: whatever tells people who it is')
    .option('--nobody', 'take it from whoever has it');
  act<AssignOptions>(command, (client, id, { nobody, to }) => {
    if ((to === undefined) === (nobody === undefined)) {
      throw new Failure('usage', 'say whose it is with --to, or give --nobody');
    }
    return client.incidents.assign(id, to);
  });
}

/** `keywitness incidents comment`. */
export function addIncidentComment(parent: Command): void {
  const command = parent
    .command('comment')
    .summary('leave a remark')
    .description('Leaves a remark with an incident, for whoever looks at it next, and on the record.')
    .argument('<incident>', incidentArgument)
    .argument('<text>', 'the remark')
    .option('--json', 'as JSON');
  withConnectionOptions(command).action(async (id: string, text: string, options: Options) => {
    const client = await connect(options);
    await printOutcome(await client.incidents.comment(id, text), options);
  });
}

/** `keywitness incidents resolve`. */
export function addIncidentResolve(parent: Command): void {
  const dispositions = ['true-positive', 'benign', 'false-positive', 'test'];
  const command = parent
    .command('resolve')
    .summary('say that it is over, and what it was')
    .description(
      'Resolves an incident: true-positive is what the rule looks for; benign happened, and was meant; false-positive is ' +
        'not what the rule says it is. If more of the same is found, it opens again.',
    )
    .argument('<incident>', incidentArgument)
    .addOption(new Option('--as <disposition>', 'what it was').choices(dispositions).makeOptionMandatory())
    .option('--note <text>', 'how you know');
  act<ResolveOptions>(command, (client, id, { as: disposition, note }) =>
    client.incidents.resolve(id, { disposition, ...(note === undefined ? {} : { note }) }),
  );
}

/** `keywitness incidents reopen`. */
export function addIncidentReopen(parent: Command): void {
  const command = parent
    .command('reopen')
    .summary('say that it is not over')
    .description(
      'Opens an incident again that was resolved, or of which nobody was told. People are told again.',
    )
    .argument('<incident>', incidentArgument)
    .option('--note <text>', 'why');
  act<ReopenOptions>(command, (client, id, { note }) => client.incidents.reopen(id, note));
}

function act<Given extends Options>(
  command: Command,
  perform: (client: ApiClient, id: string, options: Given) => Promise<IncidentDetail>,
): void {
  withConnectionOptions(command.option('--json', 'as JSON')).action(async (id: string, options: Given) => {
    const client = await connect(options);
    await printOutcome(await perform(client, id, options), options);
  });
}

async function printOutcome(incident: IncidentDetail, { json }: Options): Promise<void> {
  const line = `${incident.incidentId}  ${sayStatus(incident)}`;
  await printLines([json === true ? JSON.stringify(incident) : visible(line)]);
}
