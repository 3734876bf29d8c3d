export { addCredentialsCommand } from './credentials.ts';
