#!/usr/bin/env node
// No static imports: this file must parse and speak on an old Node.js.
const [major, minor] = process.versions.node.split('.').map(Number)
if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `anytune-emulator needs Node.js 22.18 or newer; this is ${process.version} (${process.execPath}).\n` +
      'Install it from https://nodejs.org, or run:  npx -y -p node@24 -p @anytune/emulator anytune-emulator\n',
  )
  process.exitCode = 1
} else {
  await import('../dist/main.js')
}
