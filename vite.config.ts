import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { packFiles } from './src/web/build/pack-files.ts'
import { strictXterm } from './src/web/build/strict-xterm.ts'

/** The node that `vite` in development hands API calls and sockets to. */
const node = process.env['NODE_URL'] ?? 'http://127.0.0.1:3333'

/** The dashboard: `src/web` becomes `dist/web`, which a monitor serves. */
export default defineConfig({
  root: 'src/web',
  publicDir: false,
  plugins: [react(), tailwindcss(), strictXterm(), packFiles()],
  build: {
    outDir: '../../dist/web',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing inline: the Content-Security-Policy of the dashboard allows only files of its own.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: {
    proxy: {
      '/api': node,
      '/ws': { target: node, ws: true },
    },
  },
})
