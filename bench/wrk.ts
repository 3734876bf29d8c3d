import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What wrk measured. Latencies are milliseconds. */
export interface WrkResult {
  readonly perSecond: number;
  readonly p99: number;
}

const MS_PER_UNIT: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1000 };

/** Whether wrk is on this machine. */
export function hasWrk(): boolean {
  return spawnSync('wrk', ['-v']).error === undefined;
}

/**
 * Sends whole HTTP requests in turn with wrk (https://github.com/wg/wrk), one thread, as a second opinion to our own
 * load generator.
 *
 * @throws Error when wrk fails or saw an answer that is no success.
 */
export function runWrk(
  port: number,
  connections: number,
  seconds: number,
  requests: readonly Buffer[],
): WrkResult {
  const folder = mkdtempSync(join(tmpdir(), 'keywitness-wrk-'));
  try {
    const script = join(folder, 'requests.lua');
    writeFileSync(script, scriptOf(requests));
    const args = [
      '-t1',
      `-c${connections}`,
      `-d${seconds}s`,
      '--latency',
      '-s',
      script,
      `http://127.0.0.1:${port}/`,
    ];
    const { stdout, stderr, status } = spawnSync('wrk', args, { encoding: 'utf8' });
    if (status !== 0 || stdout.includes('Non-2xx')) throw new Error(`wrk failed: ${stderr}${stdout}`);
    const perSecond = Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
    const [, value, unit = ''] = /99%\s+([\d.]+)(us|ms|s)/.exec(stdout) ?? [];
    return { perSecond, p99: Number(value) * (MS_PER_UNIT[unit] ?? Number.NaN) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Bytes beyond letters and digits are written as Lua's decimal escapes. */
function scriptOf(requests: readonly Buffer[]): string {
  const texts = requests.map((request) => {
    const text = request.toString('latin1');
    return `"${text.replaceAll(/[^A-Za-z0-9 ]/g, (byte) => `\\${String(byte.charCodeAt(0)).padStart(3, '0')}`)}"`;
  });
  return `local requests = {${texts.join(',')}}
local next = 0
request = function()
  next = next % #requests + 1
  return requests[next]
end
`;
}
