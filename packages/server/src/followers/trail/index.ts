export { createTrailFiles, type TrailFilesOptions } from './trail-files.ts';
