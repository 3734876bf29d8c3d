export { type FileOperations, nodeFileOperations } from './file-operations.ts';
export { lockFolder } from './folder-lock.ts';
export { readBytes, readText, writeNamedFile } from './named-files.ts';
export { makeDurableDirectory, replaceFile } from './replace-file.ts';
