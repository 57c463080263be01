// Preloaded by observed.py: appends each file of a provider that Node reads to FAST_SYNTHESIS_NODE_FILES.
'use strict';

const fs = require('node:fs');

const PROVIDER = /[\\/]@cdkt[fn][\\/]provider-[^\\/]+[\\/]lib[\\/].*\.js$/;
const report = process.env.FAST_SYNTHESIS_NODE_FILES;
const read = fs.readFileSync;

fs.readFileSync = function (file) {
  if (report && typeof file === 'string' && PROVIDER.test(file)) fs.appendFileSync(report, `${file}\n`);
  return read.apply(this, arguments);
};
