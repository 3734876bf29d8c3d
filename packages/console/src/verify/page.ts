import { checkBundle } from './check-bundle.ts';
import { roleOf } from './dropped-file.ts';

/** The parts of the page (`verify.html`). */
const [bundleInput, keyInput] = [inputWith('bundle'), inputWith('key')];
const [trustText, mirrorsText] = [textWith('trust'), textWith('mirrors')];
const verdictElement = elementWith('verdict');
const archiveStart = [0x50, 0x4b];
let bundle: File | undefined;
/** Counted, so that a slow check does not show over a later one. */
let checks = 0;

bundleInput.addEventListener('change', () => {
  const [file] = bundleInput.files ?? [];
  if (file !== undefined) bundle = file;
  begin(check);
});
keyInput.addEventListener('change', () => {
  const [file] = keyInput.files ?? [];
  begin(async () => {
    if (file !== undefined) trustText.value = await file.text();
    await check();
  });
});
for (const text of [trustText, mirrorsText]) text.addEventListener('change', () => begin(check));
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const files = [...(event.dataTransfer?.files ?? [])];
  begin(() => takeDropped(files));
});

function begin(work: () => Promise<void>): void {
  work().catch((error: unknown) => show('error', 'The check could not be done', [String(error)]));
}

async function takeDropped(files: readonly File[]): Promise<void> {
  for (const file of files) {
    const start = new Uint8Array(await file.slice(0, archiveStart.length).arrayBuffer());
    const isArchive = archiveStart.every((byte, at) => start[at] === byte);
    const role = roleOf({ name: file.name, isArchive }, trustText.value);
    if (role === 'refused' && (await file.text()).trim() !== trustText.value.trim()) {
      checks += 1;
      show('error', `${file.name} is no bundle, and does not take the place of the keys that are there`, [
        'Empty the field with the keys, or choose a file for it, to trust others.',
      ]);
      return;
    }
    if (role === 'bundle') bundle = file;
    if (role === 'trust') trustText.value = await file.text();
  }
  await check();
}

async function check(): Promise<void> {
  checks += 1;
  const number = checks;
  if (bundle === undefined || trustText.value.trim() === '') {
    const wanted =
      bundle === undefined ? 'the bundle, a file such as case.kwz' : 'the key of the log, or a trust policy';
    show('waiting', `Still needed: ${wanted}`, []);
    return;
  }
  const { name } = bundle;
  show('waiting', 'Checking', []);
  const bytes = new Uint8Array(await bundle.arrayBuffer());
  const verdict = await checkBundle(bytes, trustText.value, mirrorsText.value);
  if (number !== checks) return;
  if (verdict.holds) show('holds', `${name} holds`, verdict.lines, verdict.unchecked, verdict.report);
  else show('fails', `${name} does not hold: ${verdict.part ?? ''}`, verdict.lines);
}

function show(
  state: string,
  title: string,
  lines: readonly string[],
  unchecked: readonly string[] = [],
  report?: string,
): void {
  const missing = unchecked.length === 0 ? [] : [headingOf('h3', 'What was not checked'), listOf(unchecked)];
  verdictElement.dataset['state'] = state;
  verdictElement.replaceChildren(
    headingOf('h2', title),
    listOf(lines),
    ...missing,
    ...(report === undefined ? [] : [frameOf(report)]),
  );
}

function headingOf(level: 'h2' | 'h3', text: string): HTMLElement {
  const heading = document.createElement(level);
  heading.textContent = text;
  return heading;
}

function listOf(lines: readonly string[]): HTMLElement {
  const list = document.createElement('ul');
  for (const line of lines) {
    const item = document.createElement('li');
    item.textContent = line;
    list.append(item);
  }
  return list;
}

/** The report has no scripts, and would not be let run any. */
function frameOf(report: string): HTMLElement {
  const frame = document.createElement('iframe');
  frame.setAttribute('sandbox', '');
  frame.title = 'Report';
  frame.srcdoc = report;
  return frame;
}

function elementWith(id: string): HTMLElement {
  const element = document.querySelector(`#${id}`);
  if (element instanceof HTMLElement) return element;
  throw new TypeError(`the page has no \`${id}\``);
}

function inputWith(id: string): HTMLInputElement {
  const element = elementWith(id);
  if (element instanceof HTMLInputElement) return element;
  throw new TypeError(`\`${id}\` takes no file`);
}

function textWith(id: string): HTMLTextAreaElement {
  const element = elementWith(id);
  if (element instanceof HTMLTextAreaElement) return element;
  throw new TypeError(`\`${id}\` takes no text`);
}
