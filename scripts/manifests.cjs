// `npm run manifests`: writes deploy/kubernetes/seam-reconciler.yaml, for those who have no Helm: what the chart renders
// with the values that must be set, as placeholders. A test sees to it that they stay the same.
'use strict';
const { execFileSync } = require('node:child_process');
const { writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { HELM, installHelm } = require('./helm.cjs');

const ROOT = join(__dirname, '..');
const FILE = join(ROOT, 'deploy', 'kubernetes', 'seam-reconciler.yaml');
const VALUES = [
  'image.repository=registry.example.com/seam-reconciler',
  'secrets.existingSecret=seam-reconciler',
  'console.url=https://support.example.com',
];
const HEAD = `# Made by "npm run manifests" from the chart in deploy/helm. Before you apply it: put your image in the place of
# registry.example.com/seam-reconciler and your console's address in that of https://support.example.com, and make the
# Secret "seam-reconciler" with DATABASE_URL, SEAM_API_KEY and SEAM_WEBHOOK_SECRET. docs/deploying.md says how.
`;

const manifests = () => {
  installHelm();
  const chart = join(ROOT, 'deploy', 'helm', 'seam-reconciler');
  const given = VALUES.flatMap(value => ['--set', value]);
  const args = ['template', 'seam-reconciler', chart, ...given];
  const text = execFileSync(process.env.HELM ?? HELM, args, { encoding: 'utf8' });
  // Of Helm's own: they mean nothing without it.
  const lines = text
    .split('\n')
    .filter(line => !/^\s+helm\.sh\/|managed-by: Helm$|^# Source: /.test(line));
  return lines.join('\n').replaceAll(/^ {2}annotations:\n(?! {4})/gm, '');
};

module.exports = { manifests };

if (require.main === module) {
  writeFileSync(FILE, HEAD + manifests());
  process.stderr.write(`${FILE} is written.\n`);
}
