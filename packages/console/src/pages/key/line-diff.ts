/** A line of two texts side by side. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
}

/** What of a diff is shown: lines, and how many like ones are left out between them. */
export type DiffPart =
  | { readonly kind: 'lines'; readonly lines: readonly DiffLine[] }
  | { readonly kind: 'left-out'; readonly count: number };

/** How lines become other lines, with as few changes as there are: by the longest common subsequence. */
export function lineDiff(before: string, after: string): readonly DiffLine[] {
  const [old, now] = [before.split('\n'), after.split('\n')];
  const lengths = commonLengths(old, now);
  const width = now.length + 1;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    const [a, b] = [old[i], now[j]];
    const skipOld = lengths[(i + 1) * width + j] ?? -1;
    const skipNow = lengths[i * width + j + 1] ?? -1;
    if (a !== undefined && a === b) {
      lines.push({ kind: 'same', text: a });
      i += 1;
      j += 1;
    } else if (a !== undefined && (b === undefined || skipOld >= skipNow)) {
      lines.push({ kind: 'removed', text: a });
      i += 1;
    } else {
      lines.push({ kind: 'added', text: b ?? '' });
      j += 1;
    }
  }
  return lines;
}

/** For each pair of places, how many lines the texts behind them have in common, in order. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint32Array {
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === now[j]
          ? 1 + (lengths[(i + 1) * width + j + 1] ?? 0)
          : Math.max(lengths[(i + 1) * width + j] ?? 0, lengths[i * width + j + 1] ?? 0);
    }
  }
  return lengths;
}

/** Leaves out what did not change, but for so many lines around each change. */
export function diffParts(lines: readonly DiffLine[], around: number = 3): readonly DiffPart[] {
  const isShown = lines.map((_, at) =>
    lines.slice(Math.max(0, at - around), at + around + 1).some(({ kind }) => kind !== 'same'),
  );
  const parts: DiffPart[] = [];
  for (let from = 0; from < lines.length;) {
    const shown = isShown[from] === true;
    let to = from + 1;
    while (to < lines.length && (isShown[to] === true) === shown) to += 1;
    parts.push(
      shown ? { kind: 'lines', lines: lines.slice(from, to) } : { kind: 'left-out', count: to - from },
    );
    from = to;
  }
  return parts;
}
