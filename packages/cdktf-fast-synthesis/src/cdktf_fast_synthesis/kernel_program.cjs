// Changes in the text of jsii's kernel; a kernel whose text is another at one of these places stays as it is there.
'use strict';

const required = file => `require(${JSON.stringify(require.resolve(file))})`;
const FILES = required('./package_files.cjs');
// Required before all else, since what they export is called for each object.
const NAMES = { stackTraces: './stack_traces.cjs', ofTypes: './types.cjs' };

const CHANGES = [
  // An answer is written when the kernel waits for the next message, together with those before it: where Python
  // doesn't wait for each (pipelining.py), they are many.
  ['pipelining', [
    ['writeLine(e){this.writeBuffer(Buffer.from(`${e}\\n`),this.stdout)}', 'writeLine(e){this.unsent=(this.unsent??"")+e+"\\n"}'],
    ['const e=F.readSync(this.stdin,', 'if(this.unsent){this.writeBuffer(Buffer.from(this.unsent),this.stdout);this.unsent=""}const e=F.readSync(this.stdin,'],
  ]],
  // The next message is read at once, and what waits for the event loop, V8's own tasks too, has its turn at every 16th.
  ['pipelining', [
    ['()=>{setImmediate(()=>this.run())}', '()=>{(this.messages=(this.messages??0)+1)%16?this.run():setImmediate(()=>this.run())}'],
  ]],
  ['package_files', [
    ['digestFile(e,...p){return readFileChunks(e,()=>{},...p)}', `digestFile(e,...p){return ${FILES}.digest(e,p,()=>readFileChunks(e,()=>{},...p))}`],
  ]],
  ['package_files', [
    ['(0,ae.readFileSync)(se(this,V,"f"))', `${FILES}.definitions(se(this,V,"f"))`],
  ]],
  // What the stack of a token shows that a construct makes for itself is the kernel.
  ['stack_traces', [
    ['=new(0,B.ctor)(...ze(this,y,"m",Oe).call(this,N,()=>`new ${f}`,B.parameters)),V=', '=stackTraces.withoutStackTraces(()=>new(0,B.ctor)(...ze(this,y,"m",Oe).call(this,N,()=>`new ${f}`,B.parameters))),V='],
  ]],
  // The kernel compares what it is given with the definitions of types, which stay as they are.
  ['types', [
    ['propertiesOf(f,m.lookupType);', 'ofTypes.propertiesOf(f,()=>propertiesOf(f,m.lookupType));'],
    ['Object.keys(m).filter(e=>!m[e].optional)', 'ofTypes.requiredOf(m,()=>Object.keys(m).filter(e=>!m[e].optional))'],
    ['m=X(this,y,"m",B).call(this,m,p);const F=', 'm=ofTypes.lackingOf(p,m,()=>X(this,y,"m",B).call(this,m,p));const F='],
  ]],
];

/** The text with the changes of all parts but these. */
exports.changed = (stock, without) => {
  let text = stock;
  for (const [part, replaced] of CHANGES) {
    const isKnown = replaced.every(([theirs]) => text.split(theirs).length === 2);
    if (isKnown && !without.includes(part)) for (const [theirs, ours] of replaced) text = text.replace(theirs, () => ours);
  }
  const names = Object.keys(NAMES).filter(name => text.includes(`${name}.`));
  return names.map(name => `const ${name}=${required(NAMES[name])};`).join('') + text;
};
