import { join } from 'node:path';
import { type FileOperations, replaceFile } from '../files/index.ts';

const file = 'mirrored-checkpoint';

/**
 * The last checkpoint that a mirror has put into its target, kept on its own disk: whoever rules over the target cannot
 * make the mirror forget it.
 */
export class KeptCheckpoint {
  readonly #path: string;
  readonly #files: FileOperations;

  constructor(folder: string, files: FileOperations) {
    this.#path = join(folder, file);
    this.#files = files;
  }

  /** `undefined` before the first. */
  read(): Promise<Uint8Array | undefined> {
    return this.#files.read(this.#path);
  }

  async replace(note: Uint8Array): Promise<void> {
    await replaceFile(this.#files, this.#path, note);
  }
}
