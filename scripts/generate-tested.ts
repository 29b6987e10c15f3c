/** `npm run generate:tested`: which tests exercise which route, from the answers noted by the last full `npm test`. */
import { writeFileSync } from 'node:fs';
import { emulatorRoutes } from '../src/emulator/index.ts';
import { nameTests, readHits, testedByModule } from './generate/tested-by.ts';

const FILE = 'src/emulator/tested-by.ts';

writeFileSync(FILE, testedByModule(nameTests(readHits(emulatorRoutes()))));
console.log(`wrote ${FILE}; now npm run generate`);
