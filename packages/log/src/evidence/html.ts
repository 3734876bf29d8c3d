/** HTML that is safe to stand in a page. */
export interface Html {
  readonly html: string;
}

const special = /[&<>"']/g;
const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Markup, in which whatever is filled in is text unless it is markup itself. */
export function markup(
  strings: TemplateStringsArray,
  ...values: readonly (string | number | Html | readonly Html[])[]
): Html {
  const filled = strings.map((string, index) => `${string}${fill(values[index] ?? '')}`);
  return { html: filled.join('') };
}

function fill(value: string | number | Html | readonly Html[]): string {
  if (typeof value === 'string') return value.replaceAll(special, (character) => entities[character] ?? '');
  if (typeof value === 'number') return String(value);
  return 'html' in value ? value.html : value.map((part) => part.html).join('');
}
