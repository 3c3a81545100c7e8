import { existsSync } from 'node:fs'
import { AppError, conflict, notFound } from '../../../contract/errors.ts'
import type { ComposeAnswer } from '../../../contract/operations/docker.ts'
import type { JobWork } from '../jobs/jobs.ts'
import { runLines } from '../jobs/run-lines.ts'
import { type FindCompose, composeArgv } from './compose-command.ts'
import { projectsInFolders } from './compose-folders.ts'
import type { ComposeMemory } from './compose-memory.ts'
import { type ComposePlace, projectsOf } from './compose-project.ts'
import { EngineContainers, containerOf } from './engine-answers.ts'
import type { Engine } from './engine.ts'

export interface Composes {
  /** Those with containers, those that were seen before, and those in the configured folders. */
  list(signal?: AbortSignal): Promise<ComposeAnswer>
  /**
   * The work of bringing a project up or down. Rejects beforehand with NOT_FOUND, CONFLICT when its files are gone, or
   * COMPOSE_UNAVAILABLE.
   */
  prepare(project: string, verb: 'up' | 'down', signal: AbortSignal): Promise<JobWork>
}

export function createComposes(parts: {
  engine: Engine
  memory: ComposeMemory
  findCompose: FindCompose
  /** Folders with projects that may never have been up. */
  folders: readonly string[]
}): Composes {
  const { engine, memory, findCompose, folders } = parts

  async function look(signal?: AbortSignal) {
    const found = await engine.ask(EngineContainers, { path: ['containers', 'json'], query: { all: true }, signal })
    const there = memory.all().filter((place) => place.config_files.some((file) => existsSync(file)))
    const { places, projects } = projectsOf(found.map(containerOf), [...projectsInFolders(folders), ...there])
    memory.remember(places)
    return { places, projects }
  }

  function checkFiles({ config_files: files, name }: ComposePlace): void {
    const missing = files.filter((file) => !existsSync(file))
    if (files.length > 0 && missing.length === 0) return
    throw conflict(
      '该 compose 项目的配置文件已不在节点上',
      files.length === 0
        ? `nothing tells where the files of ${name} are`
        : `files of ${name} are no longer on the node: ${missing.join(', ').slice(0, 300)}`,
      { details: { project: name, missing } },
    )
  }

  return {
    list: async (signal) => ({ composes: (await look(signal)).projects }),
    async prepare(project, verb, signal) {
      const { places } = await look(signal)
      const place = places.find(({ name }) => name === project)
      if (!place) throw notFound('没有该 compose 项目', 'there is no such compose project', { details: { project } })
      checkFiles(place)
      const command = await findCompose(signal)
      return async (job) => {
        const argv = composeArgv(command, place, verb)
        job.say(`$ ${argv.join(' ')}`)
        const tail: string[] = []
        const code = await runLines(argv, {
          cwd: place.working_dir,
          env: { DOCKER_HOST: engine.address() },
          signal: job.signal,
          onLine(line) {
            job.say(line)
            tail.push(line)
            if (tail.length > TAIL_LINES) tail.shift()
          },
        })
        job.signal.throwIfAborted()
        if (code !== 0) throw composeFailed(verb, code, tail)
        return { project, exit_code: code }
      }
    },
  }
}

const TAIL_LINES = 3

function composeFailed(verb: string, code: number | null, tail: readonly string[]): AppError {
  const said = tail.join(' / ').slice(0, 300)
  return new AppError({
    code: 'COMPOSE_FAILED',
    status: 502,
    text: {
      zh: `compose ${verb} 失败（退出码 ${code ?? '无'}）：${said}`,
      en: `compose ${verb} failed (exit code ${code ?? 'none'}): ${said}`,
    },
  })
}
