/**
 * Runs in a process whose clock lapses (`lapse-clock.mjs`), as the server does that it starts: `live-through.ts
 * DATA_DIRECTORY DAYS SCALE SEED` lives through the days before now and prints the administrator's access key.
 */
import { openSync, writeSync } from 'node:fs';
import { createApiClient } from '@keywitness/api';
import {
  chanceOf,
  type Intent,
  nextIntent,
  startTraffic,
  stories,
  type Traffic,
} from '../../packages/cli/src/demo/index.ts';
import { startServer } from '../running-server.ts';

const DAY_MS = 86_400_000;
const REGION = 'us-east-1';
/** Requests that are sent at one time of the clock, and the time that they stand for at most. */
const TOGETHER_MAX = 8;
const TOGETHER_MS_MAX = 300_000;
/** They compare the time of day with timers, which do not lapse. */
const RULES_OF_TIMERS = ['audit-silence', 'clock-step', 'follower-behind'];

const [dataDirectory = '', ...numbers] = process.argv.slice(2);
const [days = 0, scale = 1, seed = 1] = numbers.map(Number);
const clockFile = openSync(process.env['LAPSE_FILE'] ?? '', 'r+');
let ahead = 0;

/** Sets the clocks of this process and of the server so far from the real time. */
function setAhead(milliseconds: number): void {
  ahead = milliseconds;
  writeSync(clockFile, new Uint8Array(Float64Array.of(milliseconds).buffer), 0, 8, 0);
}

setAhead(-days * DAY_MS);
await using server = await startServer(dataDirectory, ['--trusted-proxies', '127.0.0.1']);
const { administrator, endpoint } = server;
if (administrator === undefined) throw new Error('the data directory has been used before');
const client = createApiClient({
  endpoint,
  region: REGION,
  credentials: () => Promise.resolve(administrator),
});
for (const rule of RULES_OF_TIMERS) await client.rules.disable(rule, { reason: 'timers do not lapse' });
const chance = chanceOf(seed);
const caller = { endpoint, region: REGION, accessKey: administrator };
await live(await startTraffic({ ...caller, client, chance, isForwarding: true }));
setAhead(0);
process.stdout.write(`${administrator.accessKeyId} ${administrator.secretAccessKey}\n`);

/** The days, some requests after others, with a story now and then. */
async function live(traffic: Traffic): Promise<void> {
  const storyMs = (days * DAY_MS) / (stories.length + 1);
  const waiting = [...stories];
  let storyAt = ahead + storyMs;
  while (ahead < 0) {
    const { intents, waitedMs } = draw();
    setAhead(Math.min(0, ahead + waitedMs));
    await Promise.all(intents.map((intent) => traffic.act(intent)));
    if (ahead < storyAt) continue;
    storyAt += storyMs;
    await waiting.shift()?.happen(traffic, true);
  }
}

/** What is done at once, and the time before it. */
function draw(): { readonly intents: readonly Intent[]; readonly waitedMs: number } {
  const intents: Intent[] = [];
  let waitedMs = 0;
  while (intents.length < TOGETHER_MAX && waitedMs < TOGETHER_MS_MAX) {
    const { intent, waitMs } = nextIntent(chance, Date.now() + waitedMs, scale);
    waitedMs += waitMs;
    intents.push(intent);
  }
  return { intents, waitedMs };
}
