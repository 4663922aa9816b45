import { parentPort as port, workerData } from 'node:worker_threads'

/** Answers one task, and ends in the way it was told at the second one. */
let tasks = 0
port?.on('message', (task) => {
  if (++tasks === 1) port?.postMessage(task)
  else if (workerData === 'exit') process.exit(3)
  else if (workerData === 'throw') throw new Error('quotes Zq7secretXk')
})
