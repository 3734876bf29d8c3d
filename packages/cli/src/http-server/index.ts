export { type ListenOptions, readListening } from './listen-options.ts';
export {
  type Listening,
  plainAnswer,
  plainType,
  serveText,
  type TextAnswer,
  type TextServer,
} from './serve-text.ts';
