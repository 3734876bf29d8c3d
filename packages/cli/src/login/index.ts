export { addLoginCommand } from './login.ts';
export { addLogoutCommand } from './logout.ts';
