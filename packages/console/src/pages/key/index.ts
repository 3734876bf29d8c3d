export { KeyPage } from './key-page.tsx';
