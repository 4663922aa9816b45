import { main } from './tasks.mjs'

process.exitCode = main(process.argv.slice(2))
