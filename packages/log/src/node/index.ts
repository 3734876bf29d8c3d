export { directoryFetch } from './directory-fetch.ts';
export { httpFetch, type HttpFetchOptions } from './http-fetch.ts';
export { nodeCrypto } from './node-crypto.ts';
export { nodeNoteSigner, type NodeNoteSignerOptions } from './node-note-signer.ts';
