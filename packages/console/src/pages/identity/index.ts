export { IdentityPage } from './identity-page.tsx';
