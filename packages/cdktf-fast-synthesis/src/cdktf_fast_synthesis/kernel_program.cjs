// Changes in the text of jsii's kernel; a kernel whose text is another at one of these places stays as it is there.
'use strict';

const FILES = `require(${JSON.stringify(require.resolve('./package_files.cjs'))})`;

const CHANGES = [
  // An answer is written when the kernel waits for the next message, together with those before it: where Python
  // doesn't wait for each (pipelining.py), they are many.
  ['pipelining', [
    ['writeLine(e){this.writeBuffer(Buffer.from(`${e}\\n`),this.stdout)}', 'writeLine(e){this.unsent=(this.unsent??"")+e+"\\n"}'],
    ['const e=F.readSync(this.stdin,', 'if(this.unsent){this.writeBuffer(Buffer.from(this.unsent),this.stdout);this.unsent=""}const e=F.readSync(this.stdin,'],
  ]],
  ['package_files', [
    ['digestFile(e,...p){return readFileChunks(e,()=>{},...p)}', `digestFile(e,...p){return ${FILES}.digest(e,p,()=>readFileChunks(e,()=>{},...p))}`],
  ]],
  ['package_files', [
    ['(0,ae.readFileSync)(se(this,V,"f"))', `${FILES}.definitions(se(this,V,"f"))`],
  ]],
];

/** The text with the changes of all parts but these. */
exports.changed = (text, without) => {
  for (const [part, replaced] of CHANGES) {
    const isKnown = replaced.every(([stock]) => text.split(stock).length === 2);
    if (isKnown && !without.includes(part)) for (const [stock, ours] of replaced) text = text.replace(stock, () => ours);
  }
  return text;
};
