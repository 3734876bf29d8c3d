const barColumns = 30;
const redrawMs = 100;

/** A bar on the standard error, for people. */
export interface Progress {
  update(done: number, total: number): void;
  /** Removes the bar. */
  end(): void;
}

/** A bar when the standard error is a terminal, and nothing otherwise. */
export function startProgress(label: string, unit: string): Progress {
  if (!process.stderr.isTTY) return { update: () => undefined, end: () => undefined };
  let drawnAt = 0;
  return {
    update(done, total) {
      const now = performance.now();
      if (now - drawnAt < redrawMs && done < total) return;
      drawnAt = now;
      process.stderr.write(`\r${progressLine(label, unit, done, total)}\u001b[K`);
    },
    end: () => void process.stderr.write('\r\u001b[K'),
  };
}

/** One state of the bar. */
export function progressLine(label: string, unit: string, done: number, total: number): string {
  const part = total === 0 ? 1 : Math.min(1, done / total);
  const filled = Math.floor(part * barColumns);
  const bar = '#'.repeat(filled) + '.'.repeat(barColumns - filled);
  return `${label} [${bar}] ${String(Math.floor(part * 100)).padStart(3)} %  ${done} of ${total} ${unit}`;
}
