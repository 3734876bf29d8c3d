export { type FileOperations, nodeFileOperations } from './file-operations.ts';
export { withLockedFolder } from './folder-lock.ts';
export { readBytes, readText, writeNamedFile } from './named-files.ts';
export { makeDurableDirectory, replaceFile } from './replace-file.ts';
