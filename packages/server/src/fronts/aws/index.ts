export { awsRoute } from './route.ts';
