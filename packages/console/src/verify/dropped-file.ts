/** A file that was dropped on the page. */
interface DroppedFile {
  readonly name: string;
  /** Whether it begins as a ZIP archive does. */
  readonly isArchive: boolean;
}

const bundleName = /\.kwz$/i;

/**
 * What a dropped file is taken for, `trust` being whom the page is to believe so far. Whoever hands over a bundle can put
 * other files beside it, and call them as they like: none of them takes the place of keys that are there already, and
 * what is called a bundle is never a key.
 */
export function roleOf({ name, isArchive }: DroppedFile, trust: string): 'bundle' | 'trust' | 'refused' {
  if (isArchive || bundleName.test(name)) return 'bundle';
  return trust.trim() === '' ? 'trust' : 'refused';
}
