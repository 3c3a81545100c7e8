import { startModelStub } from '../../test/support/model-stub.ts'
import { monitorOver, post, register, startCortex } from '../support/cortex.ts'
import { startProgram } from '../support/program.ts'
import { requestBody } from '../support/request.ts'
import { spreadOf } from '../support/samples.ts'
import type { Scene } from '../support/scene.ts'
import { digits, ms, ratio, type Row } from '../support/table.ts'

const requests = 50
const concurrency = 10
const modelMs = 1_000

/**
 * Fifty L2 requests at once, a model that thinks for a second, ten of which may think at a time; and how long the
 * monitor takes to say that it is well meanwhile. Bare: fifty questions to that model, ten at a time; a bare server.
 */
export async function measureJudged(scene: Scene): Promise<Row[]> {
  const model = await startModelStub({ kind: 'approve', delayMs: modelMs })
  scene.onEnd(() => model.close())
  const root = await startCortex(scene, 'judged-root', {
    ...monitorOver(await scene.newDatabase('judged')),
    OPENAI_BASE_URL: model.baseUrl,
    OPENAI_API_KEY: 'bench',
    CORTEX_LLM_MODEL: 'stub',
    CORTEX_LLM_CONCURRENCY: String(concurrency),
  })
  const bare = await startProgram('bare')
  scene.onEnd(bare.stop)
  const keys = await Promise.all(Array.from({ length: requests }, (_, at) => register(root, `judged-${at}`)))

  const bareMs = await timed(async () => {
    for (let done = 0; done < requests; done += concurrency) {
      await Promise.all(Array.from({ length: concurrency }, () => askModel(model.baseUrl)))
    }
  })
  let settled = false
  const bareHealth = watchHealth(`http://127.0.0.1:${bare.port}`, () => settled)
  const health = watchHealth(`${root.url}/healthz`, () => settled)
  const tookMs = await timed(async () => {
    const answers = await Promise.all(
      keys.map((key, at) =>
        post<{ status: string }>(`${root.url}/api/v1/decisions/request`, requestBody(`judged-${at}`), {
          'x-api-key': key,
        }),
      ),
    )
    const other = answers.find(({ status }) => status !== 'approved')
    if (other) throw new Error(`a request was ${other.status}, not approved`)
  })
  settled = true
  const [well, bareWell] = [spreadOf(await health), spreadOf(await bareHealth)]
  await bare.stop()
  await root.stop()
  await model.close()
  return [
    {
      what: `${requests} L2 requests at once, model of 1 s, ${concurrency} at a time`,
      ours: ms(tookMs),
      bare: ms(bareMs),
      ratio: ratio(tookMs / bareMs),
      note: `${model.maxInFlight()} at a time were asked; bare: the model alone`,
    },
    {
      what: '  /healthz meanwhile, p99',
      ours: ms(well.p99),
      bare: ms(bareWell.p99),
      ratio: ratio(well.p99 / bareWell.p99),
      note: `${digits(well.count)} asked, p50 ${ms(well.p50)}; bare: a bare server beside it`,
    },
  ]
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const beganAt = performance.now()
  await act()
  return performance.now() - beganAt
}

async function askModel(baseUrl: string): Promise<void> {
  const answer = await fetch(`${baseUrl}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: 'a question' }] }),
  })
  await answer.text()
}

/** Asks one after the other until `isOver`; how long each answer took, in ms. */
async function watchHealth(url: string, isOver: () => boolean): Promise<number[]> {
  const times: number[] = []
  while (!isOver()) {
    times.push(await timed(async () => (await fetch(url)).text()))
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  return times
}
