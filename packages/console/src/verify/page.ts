import { checkBundle } from './check-bundle.ts';

/** The parts of the page (`verify.html`). */
const [bundleInput, keyInput] = [inputWith('bundle'), inputWith('key')];
const verdictElement = elementWith('verdict');
const files: { bundle?: File; key?: File } = {};

bundleInput.addEventListener('change', () => take([...(bundleInput.files ?? [])]));
keyInput.addEventListener('change', () => take([...(keyInput.files ?? [])]));
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  take([...(event.dataTransfer?.files ?? [])]);
});

/** A file that ends in `.vkey` is the key; any other is the bundle. */
function take(chosen: readonly File[]): void {
  for (const file of chosen) {
    if (file.name.endsWith('.vkey') || keyInput.files?.[0] === file) files.key = file;
    else files.bundle = file;
  }
  check().catch((error: unknown) => show('error', 'The check could not be done', [String(error)]));
}

async function check(): Promise<void> {
  const { bundle, key } = files;
  if (bundle === undefined || key === undefined) {
    const wanted =
      bundle === undefined ? 'the bundle, a file such as case.kwz' : 'the key of the log, log.vkey';
    show('waiting', `Still needed: ${wanted}`, []);
    return;
  }
  show('waiting', 'Checking', []);
  const verdict = await checkBundle(new Uint8Array(await bundle.arrayBuffer()), await key.text());
  if (verdict.holds) show('holds', `${bundle.name} holds`, verdict.lines, verdict.report);
  else show('fails', `${bundle.name} does not hold: ${verdict.part ?? ''}`, verdict.lines);
}

function show(state: string, title: string, lines: readonly string[], report?: string): void {
  const heading = document.createElement('h2');
  heading.textContent = title;
  const list = document.createElement('ul');
  for (const line of lines) {
    const item = document.createElement('li');
    item.textContent = line;
    list.append(item);
  }
  verdictElement.dataset['state'] = state;
  verdictElement.replaceChildren(heading, list, ...(report === undefined ? [] : [frameOf(report)]));
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
