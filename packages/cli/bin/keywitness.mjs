#!/usr/bin/env node
// Starts the command line. Published, it loads what was compiled. In a clone it loads the TypeScript files, with the Node
// that the repository pins where this one is too old to read them: so this file has to run on Node 20.
import module from 'node:module';
import { fileURLToPath } from 'node:url';

const inClone = import.meta.url.endsWith('/packages/cli/bin/keywitness.mjs');
const nodeMajorMin = 24;

if (inClone) {
  await startFromSource();
} else {
  await import('../dist/main.js');
}

async function startFromSource() {
  // Reading TypeScript takes most of the time of a short command, so what was read is kept, where only its owner writes.
  const cache = fileURLToPath(new URL('../../../.build/compile-cache', import.meta.url));
  if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) {
    module.enableCompileCache(cache);
    await import('../src/main.ts');
    return;
  }
  process.env.NODE_COMPILE_CACHE ??= cache;
  // The runner starts scripts in the repository's folder; paths on the command line are meant from here.
  process.env.KEYWITNESS_WORKING_DIRECTORY = process.cwd();
  process.argv.splice(1, 1, 'run.mjs', 'packages/cli/src/main.ts');
  await import('../../../scripts/run.mjs');
}
