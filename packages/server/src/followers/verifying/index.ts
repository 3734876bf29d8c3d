export { createVerifying, type Verifying, type VerifyingOptions } from './verifying.ts';
