import { setTimeout as sleep } from 'node:timers/promises';
import { type Command, Option } from 'commander';
import { connect, type ConnectionOptions, findCaller, withConnectionOptions } from '../connection/index.ts';
import { Failure } from '../failure.ts';
import { printLines, visible } from '../terminal/index.ts';
import { type Chance, chanceOf } from './chance.ts';
import { nextIntent } from './schedule.ts';
import { stories } from './stories.ts';
import { startTraffic, type Traffic } from './traffic.ts';

interface TrafficCommandOptions extends ConnectionOptions {
  readonly seed: string;
  readonly requests: string;
  readonly rate: string;
  readonly stories: string;
  readonly forward?: true;
}

/** `nextIntent` counts acts an hour at this scale. */
const actsPerHour = 100;
const secondsPerHour = 3600;

/** `keywitness demo`. */
export function addDemoCommands(program: Command): void {
  const demo = program
    .command('demo')
    .description('Fills a service with the traffic of a made-up company, to try things out.');
  addTrafficCommand(demo);
}

function addTrafficCommand(parent: Command): void {
  const command = parent
    .command('traffic')
    .summary('play the traffic of a company')
    .description(
      'Founds a company of services and people with keys of its own, and plays its traffic: habits, mistakes, and ' +
        'now and then a story such as a stolen access key. Never on a service that is in use: it makes principals, ' +
        'keys and incidents. What it has made before is used again; its identities get new access keys.',
    )
    .option('--seed <number>', 'the same seed plays the same traffic', '1')
    .option('--requests <number>', 'ends after so many; 0 goes on until it is interrupted', '0')
    .option('--rate <number>', 'requests a second, on average over a workday', '5')
    .addOption(
      new Option('--stories <requests>', 'a story after every so many requests; 0 for none').default('300'),
    )
    .option(
      '--forward',
      'say where requests come from in X-Forwarded-For; believed if trusted-proxies has this machine',
    );
  withConnectionOptions(command)
    .addHelpText(
      'after',
      `
Examples:
  keywitness demo traffic
  keywitness demo traffic --seed 7 --rate 50 --requests 20000 --forward`,
    )
    .action(playTraffic);
}

async function playTraffic(options: TrafficCommandOptions): Promise<void> {
  const [seed, requests, storyEvery] = [options.seed, options.requests, options.stories].map(readCount);
  const rate = Number(options.rate);
  if (!(rate > 0)) throw new Failure('usage', `the rate \`${visible(options.rate)}\` is no number above 0`);
  const chance = chanceOf(seed ?? 1);
  const caller = await findCaller(options);
  const client = await connect(options);
  const isForwarding = options.forward === true;
  const traffic = await startTraffic({ ...caller, client, chance, isForwarding });
  await printLines([
    `The company has ${traffic.company.keyArns.size} keys and ${traffic.company.accessKeys.size} identities.`,
  ]);
  const tally = new Map<string, number>();
  const end = requests === undefined || requests === 0 ? Infinity : requests;
  for (let done = 1; done <= end; done += 1) {
    await playOne(traffic, chance, (rate * secondsPerHour) / actsPerHour, tally);
    if (storyEvery !== undefined && storyEvery > 0 && done % storyEvery === 0) {
      await tell(traffic, Math.floor(done / storyEvery) - 1, isForwarding);
    }
  }
  await printLines([[...tally].map(([what, count]) => `${what} ${count}`).join(', ')]);
}

async function playOne(
  traffic: Traffic,
  chance: Chance,
  scale: number,
  tally: Map<string, number>,
): Promise<void> {
  const { intent, waitMs } = nextIntent(chance, Date.now(), scale);
  await sleep(waitMs);
  const answer = await traffic.act(intent);
  const outcome = answer === undefined ? 'skipped' : (answer.error ?? 'success');
  tally.set(outcome, (tally.get(outcome) ?? 0) + 1);
}

/** Each story happens once. */
async function tell(traffic: Traffic, position: number, isForwarding: boolean): Promise<void> {
  const story = stories[position];
  if (story === undefined) return;
  await story.happen(traffic, isForwarding);
  await printLines([`${new Date().toISOString()} ${story.name}: ${story.says}`]);
}

function readCount(text: string): number {
  const count = Number(text);
  if (Number.isSafeInteger(count) && count >= 0) return count;
  throw new Failure('usage', `\`${visible(text)}\` is no whole number`);
}
