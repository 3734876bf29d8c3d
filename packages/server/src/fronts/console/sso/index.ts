export { ssoRoute } from './sso-route.ts';
