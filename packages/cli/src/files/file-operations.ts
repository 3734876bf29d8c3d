import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';

/** What lasting state is kept with; handed in, so that tests can let each of them fail. */
export interface FileOperations {
  /** `undefined` when there is no such file. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Writes a new file; it is on disk when this resolves. Rejects when there is one already. */
  write(path: string, bytes: Uint8Array): Promise<void>;
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

/** The file system. */
export const nodeFileOperations: FileOperations = {
  read: (path) => readFile(path).catch((error: unknown) => absent(error, undefined)),
  write,
  rename,
  async makeDirectory(path) {
    await mkdir(path, { recursive: true });
  },
  syncDirectory,
  remove: (path) => rm(path, { force: true, recursive: true }),
  list: (path) => readdir(path).catch((error: unknown) => absent(error, [])),
};

async function write(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'wx', 0o644);
  try {
    await file.writeFile(bytes);
    await file.sync();
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
  const isAbsent =
    error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
  if (isAbsent) return value;
  throw error;
}
