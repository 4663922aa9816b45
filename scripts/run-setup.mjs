import { setup } from './setup.mjs'

setup({ build: true })
