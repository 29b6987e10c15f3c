#!/usr/bin/env node
import { run } from './program.ts';

// `orgproof plan | head`: whoever read our output has seen enough, and that is no failure of ours.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });
}

process.exitCode = await run(process.argv.slice(2));
