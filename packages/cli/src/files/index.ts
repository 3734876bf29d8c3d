export { readBytes, readText, writeNamedFile } from './named-files.ts';
