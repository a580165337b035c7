// The program of a worker whose maker was itself loaded by `require`: it requires its own.
//
// Under a loader such as tsx, what is required and what is imported are two copies (own-copy.ts in
// the kernel). A text given to Worker would do, but for such texts tsx does not come in time.
'use strict';
require(require('node:worker_threads').workerData.program);
