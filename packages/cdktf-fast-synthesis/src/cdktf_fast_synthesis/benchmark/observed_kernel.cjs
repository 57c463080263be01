// Preloaded by observed.py: appends each file of a provider that Node reads, or what is kept of it, to
// FAST_SYNTHESIS_NODE_FILES.
'use strict';

const fs = require('node:fs');

const PROVIDER = /^(.*[\\/]@cdkt[fn][\\/]provider-[^\\/]+[\\/]lib[\\/].*\.js)(?:$|\.[^\\/]+\.code$)/;
const report = process.env.FAST_SYNTHESIS_NODE_FILES;
const read = fs.readFileSync;

fs.readFileSync = function (file) {
  const [, own] = (report && typeof file === 'string' && PROVIDER.exec(file)) || [];
  if (own) fs.appendFileSync(report, `${own}\n`);
  return read.apply(this, arguments);
};
