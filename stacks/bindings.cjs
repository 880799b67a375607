// Preloaded into jsii's Node process: the AWS bindings' index.js loads each module at first use, not all at start.
// See bindings.py. Only that one file is touched, and only when every line that requires something has the known form.
"use strict";

const Module = require("node:module");

const INDEX = /[\\/]@cdktf[\\/]provider-aws[\\/](?:[^\n]*[\\/])?lib[\\/]index\.js$/;
const EAGER = /^exports\.(\w+) = require\(("\.\/[\w-]+")\);$/gm;
const LAZY = 'Object.defineProperty(exports, "$1", { enumerable: true, configurable: true, get: () => require($2) });';

const compile = Module.prototype._compile;

Module.prototype._compile = function (content, filename, ...rest) {
  if (!INDEX.test(filename)) return compile.call(this, content, filename, ...rest);
  return compile.call(this, lazily(content), filename, ...rest);
};

function lazily(content) {
  const required = (content.match(/\brequire\(/g) ?? []).length;
  const known = (content.match(EAGER) ?? []).length;
  if (known === 0 || known !== required) {
    process.stderr.write("bindings.cjs: the AWS bindings' index.js has changed; loading all of it\n");
    return content;
  }
  // The first statement sets every export to undefined, which would be in the way of the getters' definition.
  return content.replace(EAGER, LAZY);
}
