// Runs a program on another Node than the project's own: `node scripts/on-node.cjs 26 <program> <arguments>`. Ends with its
// exit code.
'use strict';
const { spawnSync } = require('node:child_process');
const { NODES } = require('./nodes.cjs');

const [major, ...args] = process.argv.slice(2);
const node = process.env[`NODE_${major}`] ?? NODES[major];
if (node === undefined || args.length === 0) {
  process.stderr.write(`say which Node (${Object.keys(NODES).join(' or ')}) and a program\n`);
  process.exit(2);
}
const { status, error } = spawnSync(node, args, { stdio: 'inherit' });
if (error !== undefined) throw error;
process.exit(status ?? 1);
