export { cosignAnswer } from './ask-mirrors.ts';
export { reportMirrors } from './report.ts';
