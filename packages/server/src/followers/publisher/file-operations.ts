import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';

/** What the publisher does with files; handed in, so that tests can let each of them fail. */
export interface FileOperations {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes a new file that nobody may write again; with `sync` it is on disk when this resolves. */
  write(path: string, bytes: Uint8Array, sync: boolean): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Makes a directory and those above it, unless they exist. */
  makeDirectory(path: string): Promise<void>;
  /** Puts the names in a directory on disk. */
  syncDirectory(path: string): Promise<void>;
  /** Removes a file, or a directory with all in it; none there is no error. */
  remove(path: string): Promise<void>;
  /** The names in a directory; none when it does not exist. */
  list(path: string): Promise<readonly string[]>;
}

const READ_ONLY = 0o444;
const DIRECTORY_MODE = 0o755;

/** The file system. */
export const nodeFileOperations: FileOperations = {
  read: (path) => readFile(path).catch((error: unknown) => absent(error, undefined)),
  write,
  rename,
  async makeDirectory(path) {
    await mkdir(path, { recursive: true, mode: DIRECTORY_MODE });
  },
  syncDirectory,
  remove: (path) => rm(path, { force: true, recursive: true }),
  list: (path) => readdir(path).catch((error: unknown) => absent(error, [])),
};

async function write(path: string, bytes: Uint8Array, sync: boolean): Promise<void> {
  const file = await open(path, 'wx', READ_ONLY);
  try {
    await file.writeFile(bytes);
    if (sync) await file.sync();
  } finally {
    await file.close();
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function absent<Value>(error: unknown, value: Value): Value {
  if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) {
    return value;
  }
  throw error;
}
