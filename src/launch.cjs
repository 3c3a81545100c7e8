#!/usr/bin/env node
// Old JavaScript on purpose: this file must run on any Node, to find one that is new enough or to say what is missing.
'use strict'

var fs = require('fs')
var path = require('path')
var url = require('url')
var childProcess = require('child_process')
var enableCompileCache = require('module').enableCompileCache

var MIN_NODE_MAJOR = 24

/** The TypeScript sources in a checkout; the bundle in an installed package, where Node refuses to strip types. */
function entryFile() {
  var source = path.join(__dirname, 'main.ts')
  return fs.existsSync(source) ? source : path.join(__dirname, '..', 'dist', 'main.js')
}

/**
 * From the sources, types are stripped and code is compiled once, not at every start, and what strips them is not held in
 * memory: by this file, before the first of them is loaded. In the checkout itself, where nobody else can put code; where
 * that cannot be written it is done anew each time.
 */
function keepCompiled(entry) {
  if (entry.endsWith('.ts')) enableCompileCache(path.join(__dirname, '../node_modules/.cache/compile'))
}

/** The Node that the installation brought as a package, or null. */
function broughtNode() {
  try {
    var manifest = require.resolve('node-' + process.platform + '-' + process.arch + '/package.json')
    var binary = path.join(path.dirname(manifest), 'bin', 'node')
    return fs.existsSync(binary) ? binary : null
  } catch (error) {
    if (error.code === 'MODULE_NOT_FOUND') return null
    throw error
  }
}

function giveUp(why) {
  process.stderr.write(
    'cortex: ' + why + '\n  Node ' + MIN_NODE_MAJOR + ' or later is needed: https://nodejs.org/en/download\n',
  )
  process.exit(1)
}

function runWith(node) {
  var child = childProcess.spawn(node, [entryFile()].concat(process.argv.slice(2)), { stdio: 'inherit' })
  var forward = ['SIGTERM', 'SIGHUP', 'SIGUSR2']
  // At a terminal Ctrl-C reaches the child by itself; twice would mean "at once, without good order".
  if (process.stdin.isTTY) process.on('SIGINT', function () {})
  else forward.push('SIGINT')
  forward.forEach(function (signal) {
    process.on(signal, function () {
      child.kill(signal)
    })
  })
  child.on('error', function (error) {
    giveUp('the Node of this installation does not start (' + error.message + '), and yours is ' + process.version)
  })
  child.on('exit', function (code, signal) {
    if (signal === null) process.exit(code)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}

if (parseInt(process.versions.node, 10) >= MIN_NODE_MAJOR) {
  var entry = entryFile()
  keepCompiled(entry)
  import(url.pathToFileURL(entry).href).catch(function (error) {
    process.stderr.write('cortex: cannot be started: ' + (error.stack || error) + '\n')
    process.exit(1)
  })
} else {
  var node = broughtNode()
  if (node === null) giveUp('this is Node ' + process.version)
  else runWith(node)
}
